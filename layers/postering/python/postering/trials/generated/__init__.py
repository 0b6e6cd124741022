"""Made-up, valid transactions of every kind, for trials, the benchmark and the tests: one recipe.

`choices` makes the recipe's choices, `shops` are the stores with their setup, `recipe` makes up one
transaction (from `lines`, `discounts`, `taxes`, `deliveries`, `charges`, `tenders`, `answers` and `taking_back`),
`stream` makes up many that belong together. Amounts are whole minor units: they add up without rounding.
"""

from postering.trials.generated.basket import Name, with_totals
from postering.trials.generated.choices import Choices, SeededChoices
from postering.trials.generated.recipe import Kind, make_up
from postering.trials.generated.shops import SHOPS, Shop, made_up_setup
from postering.trials.generated.stream import made_up_transactions, package_rows

__all__ = [
    "SHOPS",
    "Choices",
    "Kind",
    "Name",
    "SeededChoices",
    "Shop",
    "made_up_setup",
    "made_up_transactions",
    "make_up",
    "package_rows",
    "with_totals",
]
