"""Posting decided: the verdict on a transaction, the order's number, and the queue."""
