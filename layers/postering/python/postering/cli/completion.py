"""`postering completion`: print the script that lets a shell complete commands and options."""

import click
from click.shell_completion import get_completion_class

from postering.cli.options import ExampleCommand, with_settings
from postering.cli.output import print_json
from postering.deployment.settings import Settings

_VARIABLE = "_POSTERING_COMPLETE"


@click.command(
    "completion",
    cls=ExampleCommand,
    short_help="Print the completion script for bash, zsh or fish.",
    examples=("postering completion bash", "postering completion zsh", "postering completion fish"),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@with_settings
def command(shell: str, settings: Settings, as_json: bool) -> int:
    """Print the script that lets SHELL complete commands and options of postering.

    For bash or zsh put eval "$(postering completion bash)", or zsh, into ~/.bashrc or ~/.zshrc; for fish write it to
    ~/.config/fish/completions/postering.fish.
    """
    found = get_completion_class(shell)
    assert found is not None
    root = click.get_current_context().find_root().command
    script = found(root, {}, "postering", _VARIABLE).source()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)
    return 0
