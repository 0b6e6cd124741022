"""A process of its own that runs Synchronize orders' function once, when it is told to; it prints the report."""

import json
import sys

from postering.lambdas import runs
from tests.walk.books import Context


def main() -> None:
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(runs.sync_orders_in_stack({}, Context())), flush=True)


if __name__ == "__main__":
    main()
