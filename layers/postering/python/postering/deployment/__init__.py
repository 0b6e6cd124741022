"""A deployment: its settings, its wiring and its place, a local folder or a stack in AWS."""
