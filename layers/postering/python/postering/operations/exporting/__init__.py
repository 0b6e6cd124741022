"""Exports for accountants: orders, lines, payments, journal and customers as files, with a receipt.

Beside the wiring: reads through the store's ports, writes files. One module per format.
"""

from postering.operations.exporting.exports import Export, ExportRequest, export

__all__ = ["Export", "ExportRequest", "export"]
