"""The files bundled with the sample, as text: the day's invoices, the two setups; and their attribution."""

from importlib.resources import files
from typing import Final

DAY: Final = "2010-12-20.csv"
SETUP: Final = "setup.toml"
SETUP_WITHOUT_GIFT_CARDS: Final = "setup-without-gift-cards.toml"


def sample_bytes(name: str) -> bytes:
    """The bytes of one bundled file, as it was published or written."""
    return files(__package__).joinpath(name).read_bytes()


def sample_text(name: str) -> str:
    """The UTF-8 text of one bundled file, line ends as they are."""
    return sample_bytes(name).decode("utf-8")
