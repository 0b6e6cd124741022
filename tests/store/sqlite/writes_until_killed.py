"""A process of its own that stages, posts and takes numbers until it is killed; it prints what it has committed."""

import sys
from itertools import count
from pathlib import Path

from postering.store.sqlite import SQLiteStore
from tests.store.examples import a_piece, a_posting, kept


def main(path: Path) -> None:
    store = SQLiteStore(path)
    for number in count(1):
        name = f"T-{number}"
        (staged,) = kept(store, a_piece(name))
        print(f"staged {name}", flush=True)
        (sales_number,) = store.take_numbers("USRT", 1, 1, 999_999)
        print(f"taken {sales_number}", flush=True)
        store.post([a_posting(staged, f"ONL-{sales_number:06d}")])
        print(f"posted {name}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
