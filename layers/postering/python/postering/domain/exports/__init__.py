"""Exports for accountants: the files, their columns, and the sums of a receipt."""
