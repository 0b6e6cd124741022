"""Exports for accountants: orders, lines, payments, journal and customers as files, with a receipt.

It reads through the store's ports and writes files. Each format has its own module.
"""

from postering.operations.exporting.exports import Export, ExportRequest, export

__all__ = ["Export", "ExportRequest", "export"]
