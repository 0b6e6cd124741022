"""Trials: the demo, and made-up transactions written as packages."""
