"""The natural key of a transaction, and how it is written as one text."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import unquote

_ESCAPED = {ord(character): f"%{ord(character):02X}" for character in "%/#|\x00\t\n\r"}


def escaped(part: str) -> str:
    """One part of a composite key, with its separators (`/`, `#`, `|`, `%`, control characters) percent-encoded."""
    return part.translate(_ESCAPED)


@dataclass(frozen=True, slots=True, order=True)
class TransactionKey:
    """(DataAreaId, Channel, store, terminal, transactionId): always unique, compared exactly, case included."""

    company: str
    channel: int
    store: str
    terminal: str
    transaction_id: str

    @property
    def text(self) -> str:
        """The whole key as one text: `USRT/5637144592/HOUSTON-ONLINE//T-1`."""
        parts = (self.company, str(self.channel), self.store, self.terminal, self.transaction_id)
        return "/".join(escaped(part) for part in parts)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that `text` names; `ValueError` if it is not a key."""
        parts = [unquote(part) for part in text.split("/")]
        if len(parts) != len(cls.__slots__) or not parts[1].lstrip("-").isdecimal() or not parts[4]:
            raise ValueError(f"{text!r} is not a transaction key (company/channel/store/terminal/transactionId)")
        return cls(parts[0], int(parts[1]), parts[2], parts[3], parts[4])

    def __str__(self) -> str:
        """The whole key as one text."""
        return self.text
