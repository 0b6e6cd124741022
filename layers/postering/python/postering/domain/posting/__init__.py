"""Posting: the verdict on a transaction, its order number, and the queue of Synchronize orders."""
