"""The uploads folder: what only a folder has. The rest: test_package_homes.py."""

import os
from pathlib import Path

import pytest

from postering.channels.packages.folder_home import UploadsFolder
from postering.domain.errors import PackageMissing


@pytest.fixture
def folder(tmp_path: Path) -> UploadsFolder:
    folder = UploadsFolder(tmp_path)
    folder.write("Default", "one", lambda stream: stream.write(b"1"))
    return folder


def test_folders_and_links_are_no_packages(folder: UploadsFolder, tmp_path: Path) -> None:
    uploads = tmp_path / "uploads" / "Default"
    (uploads / "seven.zip").mkdir()
    (uploads / "eight.zip").symlink_to(uploads / "one.zip")
    (tmp_path / "uploads" / "linked").symlink_to(uploads)

    assert [listed.session for listed in folder.listed("Default")] == ["one"]
    assert folder.groups() == ("Default",)
    for session in ("seven", "eight"):
        with pytest.raises(PackageMissing), folder.open("Default", session):
            pass
        assert folder.fingerprint("Default", session) is None


def test_the_fingerprint_changes_with_the_time_of_the_file(folder: UploadsFolder, tmp_path: Path) -> None:
    before = folder.fingerprint("Default", "one")

    os.utime(tmp_path / "uploads" / "Default" / "one.zip", ns=(1, 1))

    assert folder.fingerprint("Default", "one") not in {before, None}
