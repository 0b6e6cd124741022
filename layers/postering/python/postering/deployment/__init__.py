"""A deployment: its settings, its wiring, and where it lives: a local folder or a stack in AWS."""
