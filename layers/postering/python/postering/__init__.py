"""Postering: posting of online sales and payments, from the channel to orders and a payment journal.

Rooms, arrows inwards: ``cli > wiring > (jobs | channels | store) > domain``.
"""

__version__ = "0.1.0"
