"""Inquiries and reports: one transaction's story, where all stand, whether all is well."""
