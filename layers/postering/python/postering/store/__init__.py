"""Where records are kept: staging, orders, sessions, setup. One adapter per kind of store, one contract for all.

An adapter keeps, finds and writes together; what decides is in the domain and the jobs.
"""
