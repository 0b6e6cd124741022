"""The eleven RetailTransaction* tables as a channel sends them: fields, rows, and typed transactions."""
