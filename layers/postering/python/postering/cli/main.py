"""The entry of the command line: the list of commands, and how every failure is reported.

A trace is printed only if POSTERING_DEBUG asks for it. Exit status: 0 done, 1 not done (or something was found),
2 a wrong command line, 130 stopped by Ctrl-C.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NoReturn

import click

import postering
from postering.cli.output import print_message
from postering.domain.errors import PosteringError
from postering.domain.near_names import near_or_all
from postering.domain.setup.problems import SetupError

COMMANDS: Final = {
    "demo": "demo",
    "status": "status",
    "setup": "setup",
    "package": "package",
    "p-job": "p_job",
    "sync-orders": "sync_orders",
    "schedule": "schedule",
    "sessions": "sessions",
    "transactions": "transactions",
    "show": "show",
    "explain": "explain",
    "edit": "edit",
    "void": "interventions:void",
    "unvoid": "interventions:unvoid",
    "retry": "interventions:retry",
    "release": "interventions:release",
    "conflicts": "conflicts",
    "reconcile": "reconcile",
    "export": "export",
    "generate": "generate",
    "completion": "completion",
}
"""Commands in the order of the help, each with its module of `cli`: its `command`, or the name after the colon."""

_DONE, _NOT_DONE, _STOPPED = 0, 1, 130
_SDK: Final = {"boto3", "botocore", "pynamodb"}
"""Packages that a deployment in AWS needs and a local one does not."""


class Commands(click.Group):
    """The group of all commands. It imports only the command that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which work is done."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"postering.cli.{module}"), name or "command")
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with. The message for an unknown one names similar commands."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = near_or_all(args[0], COMMANDS)
            ctx.fail(f"No such command {args[0]!r}. {hint}")
        return super().resolve_command(ctx, args)


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="All data is in the folder POSTERING_HOME (.postering if it is not set). Begin with: postering demo",
)
@click.version_option(postering.__version__, prog_name="postering")
def command() -> None:
    """Post online sales and payments once, to the cent: from the channel to orders and a payment journal."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line (by default the process's) and end the process with its exit status."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status. Failures are reported on standard error."""
    try:
        done = command.main(arguments, prog_name="postering", standalone_mode=False)
        sys.stdout.flush()
        return done if isinstance(done, int) else _DONE
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except (click.Abort, KeyboardInterrupt):
        print_message("stopped")
        return _STOPPED
    except BrokenPipeError:
        _forget_output()
        return _NOT_DONE
    except (PosteringError, SetupError) as wrong:
        print_message(f"Error: {wrong}")
        return _NOT_DONE
    except OSError as wrong:
        print_message(f"Error: {_described(wrong)}")
        return _NOT_DONE
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] not in _SDK:
            _report_defect(missing)
        else:
            print_message(
                "Error: a stack in AWS, or a DynamoDB engine, needs the AWS SDK, which is not installed: run "
                "`make setup-aws` in the checkout, or install Postering with its extra `aws`"
            )
        return _NOT_DONE
    except Exception as failure:  # a defect: its text is left out, because it may hold data
        _report_defect(failure)
        return _NOT_DONE


def _described(wrong: OSError) -> str:
    place = f"{os.fsdecode(wrong.filename)}: " if isinstance(wrong.filename, str | bytes | os.PathLike) else ""
    return f"{place}{wrong.strerror or type(wrong).__name__}"


def _report_defect(failure: Exception) -> None:
    if os.environ.get("POSTERING_DEBUG", "") not in {"", "0"}:
        traceback.print_exception(failure)
        return
    place = traceback.extract_tb(failure.__traceback__)[-1]
    print_message(
        f"Error: the program failed: {type(failure).__name__} in {place.name} ({os.path.basename(place.filename)}, "  # noqa: PTH119
        f"line {place.lineno}). This is a defect, please report it; POSTERING_DEBUG=1 prints the trace"
    )


def _forget_output() -> None:
    """Write nothing more, and no message: the reader of standard output is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
