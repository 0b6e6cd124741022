"""Shared by all commands: `--json`, `--stack`, examples in the help, the settings, and the form of a day."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from postering.deployment.settings import read_settings

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class ExampleCommand(click.Command):
    """A command whose help ends with examples."""

    def __init__(self, *given: Any, examples: tuple[str, ...] = (), **named: Any) -> None:
        """`examples` are whole command lines."""
        super().__init__(*given, **named)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, each on its line."""
        write_examples(self.examples, formatter)


class ExampleGroup(click.Group):
    """A group of commands whose help ends with examples."""

    def __init__(self, *given: Any, examples: tuple[str, ...] = (), **named: Any) -> None:
        """`examples` are whole command lines."""
        super().__init__(*given, **named)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, each on its line."""
        write_examples(self.examples, formatter)


def write_examples(examples: tuple[str, ...], formatter: click.HelpFormatter) -> None:
    """Write the section "Examples" of a help."""
    with formatter.section("Examples"):
        for example in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def with_settings(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json` and `--stack`; the function gets `settings` and `as_json`."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document, messages on standard error.")
    @click.option("--stack", default="", metavar="NAME", help="Work on this stack in AWS (or set POSTERING_STACK).")
    @wraps(function)
    def started(*given: Any, as_json: bool, stack: str, **named: Any) -> Any:
        settings = read_settings(os.environ)
        parent = click.get_current_context().parent
        above = parent.params if parent is not None else {}
        stack = stack or above.get("stack", "") or settings.stack
        return function(
            *given,
            settings=replace(settings, stack=stack),
            as_json=as_json or bool(above.get("as_json")),
            **named,
        )

    return started


def not_empty(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """A callback that refuses an empty name: a variable that a script forgot to set must never mean "all"."""
    given = context.get_parameter_source(parameter.name or "") is not ParameterSource.DEFAULT
    if given and not value.strip():
        raise click.BadParameter("the name is empty: give one")
    return value


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day: write it as YYYY-MM-DD") from None


def day_option(name: str, variable: str, *, multiple: bool = False, help: str) -> Callable[[Decorated], Decorated]:
    """An option that takes a day, written YYYY-MM-DD."""
    return click.option(name, variable, type=_day, multiple=multiple, metavar="DATE", help=help)
