"""The jobs: the P-job and Synchronize orders, one `run` each. They know the domain and the ports, no adapter."""
