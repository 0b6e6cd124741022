"""Job runs: their reports, upload sessions, kept packages, retention."""
