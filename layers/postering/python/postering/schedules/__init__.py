"""Schedules: recurrence as D365 has it, run here or by a stack's rules."""
