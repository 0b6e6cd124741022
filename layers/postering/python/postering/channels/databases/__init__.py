"""Channel databases: RetailTransaction* tables in any SQL database, read above the replication counter."""
