"""The functions in AWS: payloads in, runs, reports out."""
