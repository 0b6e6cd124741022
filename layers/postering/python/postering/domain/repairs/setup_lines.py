"""Lines for the setup file that a repair offers: TOML that can be pasted as it is."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from postering.domain.setup.setup import NumberSequence, Period
from postering.domain.setup.toml import toml_line, toml_value

SetupValue: TypeAlias = str | int | bool | tuple[str, ...] | Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupKey:
    """`key = value`; `remark` says what to look at before it is applied."""

    key: str
    value: SetupValue
    remark: str = ""

    @property
    def toml(self) -> str:
        """The line."""
        return toml_line(self.key, self.value) + (f"    # {self.remark}" if self.remark else "")


@dataclass(frozen=True, slots=True)
class SetupTable:
    """One entry of a list of tables: `[[payment_methods]]` and its keys."""

    section: str
    keys: tuple[SetupKey, ...]

    @property
    def toml(self) -> str:
        """The lines."""
        return "\n".join((f"[[{self.section}]]", *(key.toml for key in self.keys)))


def table(section: str, *keys: SetupKey, **known: SetupValue) -> SetupTable:
    """A table: first the keys whose values are `known`, then those that the operator should look at."""
    return SetupTable(section, (*(SetupKey(key=key, value=value) for key, value in known.items()), *keys))


def open_periods(periods: Iterable[Period], day: date) -> str:
    """The `open_periods` of a company with the month of `day` added."""
    last = day.replace(day=monthrange(day.year, day.month)[1])
    every = (*((period.start, period.end) for period in periods), (day.replace(day=1), last))
    listed = ", ".join(f"{{ from = {start.isoformat()}, to = {end.isoformat()} }}" for start, end in every)
    return f"open_periods = [{listed}]"


def longer_sequence(sequence: NumberSequence) -> str:
    """The `number_sequence` with room for more: as many numbers as its # hold; with one # more if all are used."""
    run, largest, shape = "#" * sequence.format.count("#"), sequence.largest_that_fits, sequence.format
    if sequence.largest >= largest:
        shape, largest = shape.replace(run, f"{run}#"), int(f"{largest}9")
    return (
        f"number_sequence = {{ format = {toml_value(shape)}, next = {sequence.next}, largest = {largest} }}"
        "    # the next number stays the same"
    )


def can_be_set_up(*names: str) -> bool:
    """Whether a setup file takes all of `names`: not empty, printable, without spaces around them."""
    return all(name and name == name.strip() and name.isprintable() for name in names)
