"""The functions in AWS: each takes a payload, runs a job and returns its report."""
