"""The command line itself: help with examples, wrong use, failures told without a trace."""

import itertools
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from postering.cli import main
from postering.cli.options import ExampleCommand, ExampleGroup
from tests.cli.conftest import Postering


def commands(
    command: click.Command = main.command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command of the tree with its path."""
    context = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield (*path, name), found
            yield from commands(found, (*path, name))


def parse(line: str) -> None:
    """Parse a command line against the tree without running it; a `click.UsageError` where it is wrong."""
    name, *arguments = shlex.split(line)
    assert name == "postering"
    command: click.Command = main.command
    parent: click.Context | None = None
    while True:
        context = command.make_context(command.name, list(arguments), parent=parent)
        if not isinstance(command, click.Group):
            return
        # What click keeps apart for the next command; `protected_args` in versions before 8.2.
        arguments = [*getattr(context, "_protected_args", []), *context.args]
        if not arguments:
            return
        _, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command, parent = found, context


ALL = dict(commands())


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_help_says_what_the_command_does_and_has_examples_that_parse(
    path: tuple[str, ...], postering: Postering
) -> None:
    ran = postering(*path, "--help")

    command = ALL[path]
    assert isinstance(command, ExampleCommand | ExampleGroup)
    assert ran.status == 0
    assert command.help
    assert command.examples
    for example in command.examples:
        assert f"  {example}\n" in ran.out
        parse(" ".join(itertools.dropwhile(lambda word: "=" in word, example.split())))


@pytest.mark.parametrize("path", [path for path in ALL if path != ("setup",)], ids=" ".join)
def test_every_command_takes_json(path: tuple[str, ...]) -> None:
    assert "--json" in {name for option in ALL[path].params for name in option.opts}


def test_help_names_every_command_of_the_tree(postering: Postering) -> None:
    ran = postering("--help")

    assert [name for name in main.COMMANDS if f"\n  {name} " not in ran.out] == []


def test_help_touches_nothing(postering: Postering, home: Path) -> None:
    postering("transactions", "--help")
    postering("--version")

    assert not home.exists()


@pytest.mark.parametrize(
    "line",
    [
        "frobnicate",
        "show",
        "show one two",
        "p-job --from yesterday",
        "p-job --nonsense",
        "transactions --state lost",
        "transactions --limit 0",
        "transactions --code NO_SUCH_CODE",
        "schedule --p-job-minutes 4",
        "schedule --p-job-minutes 11",
        "schedule --sync-orders-minutes 1",
        "schedule --sync-orders-minutes 21",
        "schedule --end-after 0",
        "reconcile --from 2026-02-30",
        "reconcile --from 2026-02-02 --to 2026-02-01",
        "sync-orders --transaction T-1 --store HOUSTON-ONLINE",
        "package folder --output package.tar",
        "package folder --output one.zip --session two",
        "setup apply",
        "demo --stack shop",
    ],
)
def test_wrong_use_ends_with_2_and_does_nothing(line: str, postering: Postering, home: Path) -> None:
    ran = postering(*line.split())

    assert ran.status == 2
    assert ran.out == ""
    assert "Error: " in ran.err
    assert not home.exists()


@pytest.mark.parametrize(
    "line",
    [
        ("sync-orders", "--transaction", ""),
        ("sync-orders", "--transaction", " "),
        ("sync-orders", "--hierarchy", ""),
        ("sessions", "rerun", ""),
        ("sessions", "cancel", ""),
    ],
)
def test_an_empty_name_never_means_all_of_them(line: tuple[str, ...], postering: Postering) -> None:
    ran = postering(*line)

    assert ran.status == 2
    assert "is empty" in ran.err


def test_without_the_aws_sdk_a_stack_says_how_to_get_it(postering: Postering, monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in ("boto3", "botocore", "botocore.session"):
        monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, "postering.outside.aws", raising=False)
    monkeypatch.delitem(sys.modules, "postering.deployment.stack", raising=False)
    monkeypatch.delattr("postering.deployment.stack", raising=False)

    ran = postering("sessions", "--stack", "shop")

    assert ran.status == 1
    assert "make setup-aws" in ran.err
    assert "defect" not in ran.err


def test_a_command_that_is_nearly_right_is_suggested(postering: Postering) -> None:
    assert "Did you mean 'sync-orders'?" in postering("syncorders").err
    assert "Did you mean 'PAYMENT_METHOD'" in postering("transactions", "--code", "PAYMENT_METHODS").err


def test_a_wrong_setting_is_named_with_what_it_should_be(postering: Postering, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTERING_LOOK_BACK", "-3")
    monkeypatch.setenv("POSTERING_PACKAGE_MAX_RATIO", "many")

    ran = postering("sessions")

    assert ran.status == 1
    assert "POSTERING_LOOK_BACK is '-3': it should be a whole number from 0" in ran.err
    assert "POSTERING_PACKAGE_MAX_RATIO is 'many'" in ran.err


def test_a_defect_is_told_in_a_line_without_what_it_carries(
    postering: Postering, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise KeyError("Jane Doe, 12 Main Street")

    monkeypatch.setattr("postering.cli.sessions.deployment", fail)
    ran = postering("sessions")
    monkeypatch.setenv("POSTERING_DEBUG", "1")
    traced = postering("sessions")

    assert ran.status == traced.status == 1
    assert ran.err.count("\n") == 1
    assert "KeyError in fail (test_command_line.py, line " in ran.err
    assert "Jane Doe" not in ran.err
    assert "Traceback" in traced.err


def test_ctrl_c_ends_with_130(postering: Postering, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("postering.cli.sessions.deployment", stop)

    ran = postering("sessions")

    assert ran.status == 130
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("line", "unwanted"),
    [
        (["transactions", "--json"], {"rich", "sqlalchemy"}),
        (["transactions"], {"sqlalchemy"}),
        (["sync-orders", "--json"], {"rich", "sqlalchemy"}),
        (["--help"], {"rich", "sqlalchemy"}),
    ],
)
def test_a_command_loads_no_more_than_it_needs(line: list[str], unwanted: set[str], home: Path) -> None:
    program = (
        "import sys; from postering.cli.main import run; run(sys.argv[1:]); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    root = str(Path(main.__file__).parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", program, *line],
        env={"PYTHONPATH": root, "POSTERING_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert unwanted & set(ended.stderr.split()) == set()


def test_a_reader_that_goes_away_is_no_failure_to_talk_about(demo: object, home: Path) -> None:
    root = str(Path(main.__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-m", "postering", "transactions", "--json"],
        env={"PYTHONPATH": root, "POSTERING_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_home_that_is_a_file_is_told(postering: Postering, home: Path) -> None:
    home.write_text("not a folder", encoding="utf-8")

    ran = postering("sessions")

    assert ran.status == 1
    assert str(home) in ran.err


def test_a_file_that_is_no_store_is_told(postering: Postering, home: Path) -> None:
    home.mkdir()
    (home / "postering.db").write_bytes(b"no database at all, but long enough to be looked at" * 50)

    ran = postering("transactions", "--json")

    assert ran.status == 1
    assert ran.out == ""
    assert "postering.db" in ran.err
