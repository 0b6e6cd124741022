"""Schedules: D365's recurrence, run on this machine or by a stack's rules."""
