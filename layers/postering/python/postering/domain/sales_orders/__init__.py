"""Sales orders: the document, its lines and charges, payments, the payment journal, customers."""
