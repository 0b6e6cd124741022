"""The command `postering`: one file for each command, thin over the wiring. What is printed, nothing that decides."""
