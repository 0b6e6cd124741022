"""Returns and cancellations against their originals: what is taken back, of what, and what is left."""
