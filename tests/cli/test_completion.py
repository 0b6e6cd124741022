"""Completion: the script for each shell, and what it is answered."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

from postering.cli.main import COMMANDS, run
from tests.cli.conftest import Postering


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell(postering: Postering, shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = postering("completion", shell)
    assert ran.status == 0
    assert "_POSTERING_COMPLETE" in ran.out
    if program := shutil.which(shell):
        checked = subprocess.run([program, "-n"], input=ran.out, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr


def test_another_shell_is_a_wrong_command_line(postering: Postering) -> None:
    assert postering("completion", "tcsh").status == 2


@pytest.fixture
def completed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., set[str]]:
    """What bash is answered for the words of a command line, of which the last is being written."""

    def answered(*words: str) -> set[str]:
        monkeypatch.setenv("_POSTERING_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["postering", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        with pytest.raises(SystemExit):
            run([])
        return {line.partition(",")[2] for line in capsys.readouterr().out.splitlines()}

    return answered


def test_commands_are_completed(completed: Callable[..., set[str]]) -> None:
    assert completed("") >= set(COMMANDS)
    assert completed("re") == {name for name in COMMANDS if name.startswith("re")}


def test_options_and_their_choices_are_completed(completed: Callable[..., set[str]]) -> None:
    assert "--dry-run" in completed("sync-orders", "--d")
    assert completed("transactions", "--state", "fa") == {"failed"}
    assert "accept" in completed("conflicts", "a")
