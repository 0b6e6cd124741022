"""The folder of a local deployment: made at first use, replaced by a demo only where a demo made it."""

from pathlib import Path

import pytest

from postering.deployment import local_folder
from postering.domain.errors import JobRefused


def test_the_folder_is_its_owner_s_and_is_never_committed_by_accident(tmp_path: Path) -> None:
    home = local_folder.ensure_folder(tmp_path / "deep" / "home")

    assert home.stat().st_mode & 0o077 == 0
    assert (home / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    local_folder.ensure_folder(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_in_the_way_is_named_and_left(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("mine", encoding="utf-8")

    with pytest.raises(JobRefused, match=r"home is a file.*POSTERING_HOME"):
        local_folder.ensure_folder(tmp_path / "home")


def test_a_demo_replaces_what_a_demo_made_and_nothing_else_in_it(tmp_path: Path) -> None:
    home = local_folder.prepare_demo_folder(tmp_path / "home", ("channel.db",))
    for name in ("postering.db", "postering.db-wal", "channel.db", "notes.txt"):
        (home / name).write_text("old", encoding="utf-8")
    (local_folder.ensure_uploads_folder(home, "Default") / "old.zip").write_text("old", encoding="utf-8")

    local_folder.prepare_demo_folder(home, ("channel.db",))

    assert sorted(path.name for path in home.iterdir()) == [".gitignore", "made-by-demo", "notes.txt"]


def test_a_demo_takes_an_empty_folder_and_refuses_any_other(tmp_path: Path) -> None:
    empty, other = tmp_path / "empty", tmp_path / "other"
    empty.mkdir()
    local_folder.ensure_folder(other)

    local_folder.prepare_demo_folder(empty, ())
    with pytest.raises(JobRefused, match="was not made by a demo"):
        local_folder.prepare_demo_folder(other, ())
