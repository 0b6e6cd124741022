"""Files that appear as a whole: under their name there is all of it, or nothing."""

from pathlib import Path
from typing import BinaryIO

import pytest

from postering.outside.files import write_whole


def broken(stream: BinaryIO) -> None:
    stream.write(b"half")
    raise RuntimeError("killed")


def test_a_file_has_all_that_was_written_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "whole.txt"

    assert write_whole(path, lambda stream: stream.write(b"whole")) == 5
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("over", [False, True])
def test_a_failure_leaves_no_file_and_what_was_there_stays(tmp_path: Path, over: bool) -> None:
    path = tmp_path / "whole.txt"
    if over:
        path.write_bytes(b"before")

    with pytest.raises(RuntimeError, match="killed"):
        write_whole(path, broken, over=over)

    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == ({"whole.txt": b"before"} if over else {})


def test_a_file_that_is_there_is_written_over_only_where_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "whole.txt"
    path.write_bytes(b"before")

    with pytest.raises(FileExistsError):
        write_whole(path, lambda stream: stream.write(b"after"))
    assert path.read_bytes() == b"before"

    write_whole(path, lambda stream: stream.write(b"after"), over=True)
    assert path.read_bytes() == b"after"


@pytest.mark.parametrize("links", [True, False], ids=["with links", "without links"])
def test_of_two_who_write_the_same_file_the_first_wins(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "whole.txt"
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", lambda *_: (_ for _ in ()).throw(PermissionError("no links here")))

    def overtaken(stream: BinaryIO) -> None:
        stream.write(b"second")
        path.write_bytes(b"first")

    with pytest.raises(FileExistsError):
        write_whole(path, overtaken)

    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
