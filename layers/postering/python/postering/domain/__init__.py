"""The rules of online sales, the same wherever they run: values and functions, standard library only.

Rows of the eleven entities (`staging`) are joined into transactions (`retail_transactions`), are checked (`checks`) and
become sales orders, payments and journal entries (`sales_orders`, `returns`). Nothing here reads a clock, a file or a
network.
"""
