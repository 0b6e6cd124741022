"""Operations on a deployment, shared by the commands, the pages and the functions."""
