"""Stores of records: staging, orders, sessions, setup. One adapter per kind of store, one contract for all.

An adapter keeps, finds and writes records; the domain and the jobs decide.
"""
