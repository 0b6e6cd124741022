"""The command `postering`: one file for each command. It reads arguments and prints; it holds no rule."""
