"""The P-job, Synchronize orders, reconciliation and status. Jobs know the domain and their ports, not the adapters."""
