"""Staging: the pieces received of a transaction, its state, edits and timeline."""
