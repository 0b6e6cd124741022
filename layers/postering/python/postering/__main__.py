"""``python -m postering``: the command, where no script is on the path."""

from postering.cli.main import main

if __name__ == "__main__":
    main()
