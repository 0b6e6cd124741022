"""Operations on a deployment, shared by command, pages and functions."""
