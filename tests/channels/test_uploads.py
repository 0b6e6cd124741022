"""The uploads folder: what is listed, opened, written and quarantined, and what is not."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from postering.channels.uploads import UnsafeName, UploadsFolder
from postering.domain.errors import PackageExists, PackageMissing


def filling(content: bytes) -> Callable[[BinaryIO], int]:
    return lambda stream: stream.write(content)


def content_of(folder: UploadsFolder, session: str = "one") -> bytes:
    with folder.opened("Default", session) as stream:
        return stream.read()


@pytest.fixture
def folder(tmp_path: Path) -> UploadsFolder:
    return UploadsFolder(tmp_path)


def test_a_deployment_without_uploads_lists_nothing(folder: UploadsFolder) -> None:
    assert folder.groups() == ()
    assert folder.listed("Default") == ()


def test_what_is_written_is_listed_and_opened(folder: UploadsFolder, tmp_path: Path) -> None:
    assert folder.written("Default", "one", filling(b"12345")) == 5

    (listed,) = folder.listed("Default")
    assert (listed.session, listed.size) == ("one", 5)
    assert listed.fingerprint == folder.fingerprint("Default", "one")
    assert content_of(folder) == b"12345"
    assert folder.groups() == ("Default",)
    assert folder.where("Default", "one") == str(tmp_path / "uploads" / "Default" / "one.zip")
    assert [path.name for path in (tmp_path / "uploads" / "Default").iterdir()] == ["one.zip"]


def test_packages_are_listed_by_name_each_in_its_group(folder: UploadsFolder) -> None:
    for group, session in (("West", "b"), ("West", "a"), ("East", "c")):
        folder.written(group, session, filling(b""))

    assert folder.groups() == ("East", "West")
    assert [listed.session for listed in folder.listed("West")] == ["a", "b"]


def test_other_files_are_not_read(folder: UploadsFolder, tmp_path: Path) -> None:
    folder.written("Default", "one", filling(b"1"))
    uploads = tmp_path / "uploads" / "Default"
    for name in ("two.zip.part", "three.ZIP", ".four.zip", ".zip", "five.txt", "si\nx.zip"):
        (uploads / name).write_bytes(b"1")
    (uploads / "seven.zip").mkdir()
    (uploads / "eight.zip").symlink_to(uploads / "one.zip")
    (tmp_path / "uploads" / "file").write_bytes(b"")
    (tmp_path / "uploads" / ".hidden").mkdir()
    (tmp_path / "uploads" / "linked").symlink_to(uploads)

    assert [listed.session for listed in folder.listed("Default")] == ["one"]
    assert folder.groups() == ("Default",)
    for session in ("seven", "eight"):
        with pytest.raises(PackageMissing):
            content_of(folder, session)
        assert folder.fingerprint("Default", session) is None


def test_the_longest_name_is_listed(folder: UploadsFolder) -> None:
    folder.written("Default", "x" * 200, filling(b""))

    assert [listed.session for listed in folder.listed("Default")] == ["x" * 200]


def test_the_fingerprint_changes_with_the_file(folder: UploadsFolder, tmp_path: Path) -> None:
    folder.written("Default", "one", filling(b"1"))
    before = folder.fingerprint("Default", "one")
    path = tmp_path / "uploads" / "Default" / "one.zip"

    os.utime(path, ns=(1, 1))

    assert folder.fingerprint("Default", "one") not in {before, None}
    assert folder.fingerprint("Default", "other") is None


def test_a_package_that_is_not_there_is_missing(folder: UploadsFolder) -> None:
    with pytest.raises(PackageMissing, match=r"one\.zip is not there; put the package back"):
        content_of(folder)


def test_packages_are_never_written_over(folder: UploadsFolder) -> None:
    folder.written("Default", "one", filling(b"1"))

    with pytest.raises(PackageExists, match="is there already; give the package another session id"):
        folder.written("Default", "one", filling(b"2"))
    with pytest.raises(PackageExists):
        folder.written("Default", "one", filling(b"2"), quarantined=True)

    assert content_of(folder) == b"1"


def test_a_package_that_appears_while_another_is_written_stays(folder: UploadsFolder) -> None:
    def slow(stream: BinaryIO) -> None:
        folder.written("Default", "one", filling(b"first"))

    with pytest.raises(PackageExists):
        folder.written("Default", "one", slow)

    assert content_of(folder) == b"first"


def test_what_could_not_be_written_leaves_nothing(folder: UploadsFolder, tmp_path: Path) -> None:
    def failing(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise RuntimeError("the source broke off")

    with pytest.raises(RuntimeError):
        folder.written("Default", "one", failing)

    assert list((tmp_path / "uploads" / "Default").iterdir()) == []


def test_half_a_package_is_never_listed(folder: UploadsFolder) -> None:
    def looking(stream: BinaryIO) -> tuple[int, ...]:
        stream.write(b"half")
        stream.flush()
        return tuple(listed.size for listed in folder.listed("Default"))

    assert folder.written("Default", "one", looking) == ()


def test_a_quarantined_package_is_opened_from_there(folder: UploadsFolder, tmp_path: Path) -> None:
    folder.written("Default", "one", filling(b"1"))
    before = folder.fingerprint("Default", "one")

    folder.quarantine("Default", "one")
    folder.quarantine("Default", "one")

    assert folder.listed("Default") == ()
    assert content_of(folder) == b"1"
    assert folder.fingerprint("Default", "one") == before
    assert folder.where("Default", "one") == str(tmp_path / "quarantine" / "Default" / "one.zip")


def test_a_package_can_be_written_into_quarantine(folder: UploadsFolder) -> None:
    folder.written("Default", "one", filling(b"1"), quarantined=True)

    assert folder.listed("Default") == ()
    assert content_of(folder) == b"1"


def test_quarantine_never_loses_bytes_that_were_staged(folder: UploadsFolder, tmp_path: Path) -> None:
    folder.written("Default", "one", filling(b"1"), quarantined=True)
    again = tmp_path / "uploads" / "Default" / "one.zip"
    again.parent.mkdir(parents=True)
    again.write_bytes(b"2")

    with pytest.raises(PackageExists, match="with other bytes"):
        folder.quarantine("Default", "one")
    again.write_bytes(b"1")
    folder.quarantine("Default", "one")

    assert not again.exists()
    assert content_of(folder) == b"1"


def test_nothing_can_not_be_quarantined(folder: UploadsFolder) -> None:
    with pytest.raises(PackageMissing, match="nor is it in quarantine"):
        folder.quarantine("Default", "one")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "a\\b", "a\0", "a\nb", ".hidden", "x" * 201, "a\u202eb"])
def test_names_that_are_no_file_names_are_refused(folder: UploadsFolder, name: str) -> None:
    with pytest.raises(UnsafeName, match="is no name for an upload session"):
        folder.written("Default", name, filling(b""))
    with pytest.raises(UnsafeName, match="is no name for a channel database group"):
        folder.listed(name)
    with pytest.raises(UnsafeName):
        folder.quarantine(name, "one")
    with pytest.raises(UnsafeName):
        folder.where("Default", name)
