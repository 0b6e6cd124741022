"""Repairs: the command, or the lines of the setup, that fix a problem."""
