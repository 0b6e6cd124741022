"""Packages by group and session: written, read, digested, quarantined."""

import hashlib
from pathlib import Path

import pytest

from postering.channels.package_uploads import PackageUploads
from postering.channels.uploads import UploadsFolder
from postering.domain.errors import PackageRefused
from tests.channels.package_examples import CREATED, header, line, package_bytes

ROWS = [("RetailTransactionTable", header()), ("RetailTransactionSalesTrans", line())]


def test_a_written_package_is_read_by_its_name(tmp_path: Path) -> None:
    uploads = PackageUploads(UploadsFolder(tmp_path))

    written = uploads.write("Default", "one", database="houston", created=CREATED, rows=ROWS, quarantined=False)

    (listed,) = uploads.listed("Default")
    assert (listed.size, listed.fingerprint) == (written.size, written.fingerprint)
    with uploads.read("Default", "one") as package:
        assert (package.channel_database, package.records, package.sha256) == ("houston", 2, written.sha256)
        assert len(list(package.rows())) == 2
    assert uploads.digest("Default", "one") == written.sha256
    assert len(list(uploads.readable_rows("Default", "one"))) == 2


def test_a_quarantined_package_is_read_from_there(tmp_path: Path) -> None:
    uploads = PackageUploads(UploadsFolder(tmp_path))
    uploads.write("Default", "one", database="", created=CREATED, rows=ROWS, quarantined=False)

    uploads.quarantine("Default", "one")

    assert uploads.listed("Default") == ()
    with uploads.read("Default", "one") as package:
        assert package.channel_database == ""


def test_an_unsound_package_is_refused_but_its_rows_and_its_checksum_can_be_read(tmp_path: Path) -> None:
    uploads = PackageUploads(UploadsFolder(tmp_path))
    content = package_bytes(session="another")
    path = tmp_path / "uploads" / "Default" / "one.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)

    with pytest.raises(PackageRefused, match="session is 'another'"), uploads.read("Default", "one"):
        pass

    assert len(list(uploads.readable_rows("Default", "one"))) == 4
    assert uploads.digest("Default", "one") == hashlib.sha256(content).hexdigest()
