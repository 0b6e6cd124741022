"""The rules of online sales, the same wherever they run: values and functions, standard library only.

Rows of the eleven entities come in (`rows`), are joined into transactions (`assembly`, `transactions`), are checked
(`checks`) and become documents, payments and journal entries (`sales_orders`, `payments`, `journal`). Nothing here
reads a clock, a file or a network.
"""
