"""What holds for every home of packages: the same tests over a folder and over a bucket."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import boto3
import pytest

from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.homes import PackageHome, UnsafeName
from postering.channels.packages.s3_home import UploadsBucket
from postering.channels.packages.uploads import PackageUploads
from postering.domain.errors import PackageExists, PackageMissing, PackageRefused
from postering.jobs.ports import Uploads
from tests.channels.packages.package_examples import CREATED, header, line, package_bytes
from tests.own_aws import own_aws

BUCKET = "shop-uploads-123456789012-eu-central-1"
ROWS = [("RetailTransactionTable", header()), ("RetailTransactionSalesTrans", line())]


@dataclass(frozen=True)
class Place:
    """A home, and a way around it: how somebody else puts a file there, and what lies where."""

    home: PackageHome
    put: Callable[[str, bytes], None]
    keys: Callable[[], list[str]]
    address: Callable[[str], str]


def folder_place(path: Path) -> Place:
    def put(key: str, content: bytes) -> None:
        (path / key).parent.mkdir(parents=True, exist_ok=True)
        (path / key).write_bytes(content)

    def keys() -> list[str]:
        return sorted(found.relative_to(path).as_posix() for found in path.rglob("*") if found.is_file())

    return Place(home=UploadsFolder(path), put=put, keys=keys, address=lambda key: str(path / key))


def bucket_place(client: Any) -> Place:
    def put(key: str, content: bytes) -> None:
        client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def keys() -> list[str]:
        return [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    return Place(home=UploadsBucket(client, BUCKET), put=put, keys=keys, address=lambda key: f"s3://{BUCKET}/{key}")


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "folder":
        yield folder_place(tmp_path)
        return
    with own_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield bucket_place(client)


@pytest.fixture
def home(place: Place) -> PackageHome:
    return place.home


def filling(content: bytes) -> Callable[[BinaryIO], int]:
    return lambda stream: stream.write(content)


def content_of(home: PackageHome, session: str = "one") -> bytes:
    with home.open("Default", session) as stream:
        return stream.read()


def test_a_new_home_lists_nothing(home: PackageHome) -> None:
    assert home.groups() == ()
    assert home.listed("Default") == ()


def test_what_is_written_is_listed_and_opened(place: Place) -> None:
    home = place.home

    assert home.write("Default", "one", filling(b"12345")) == 5

    (listed,) = home.listed("Default")
    assert (listed.session, listed.size) == ("one", 5)
    assert listed.fingerprint == home.fingerprint("Default", "one")
    assert content_of(home) == b"12345"
    assert home.groups() == ("Default",)
    assert home.where("Default", "one") == place.address("uploads/Default/one.zip")
    assert place.keys() == ["uploads/Default/one.zip"]


def test_packages_are_listed_by_name_each_in_its_group(home: PackageHome) -> None:
    for group, session in (("West", "b"), ("West", "a"), ("East", "c"), ("West 2", "ä+ b&=%")):
        home.write(group, session, filling(b""))

    assert home.groups() == ("East", "West", "West 2")
    assert [listed.session for listed in home.listed("West")] == ["a", "b"]
    assert [listed.session for listed in home.listed("West 2")] == ["ä+ b&=%"]
    with home.open("West 2", "ä+ b&=%") as stream:
        assert stream.read() == b""


def test_other_files_are_not_read(place: Place) -> None:
    place.put("uploads/Default/one.zip", b"1")
    for name in ("two.zip.part", "three.ZIP", ".four.zip", ".zip", "five.txt", "si\nx.zip"):
        place.put(f"uploads/Default/{name}", b"1")
    place.put("uploads/Default/below/seven.zip", b"1")
    place.put("uploads/file", b"")
    place.put("uploads/.hidden/eight.zip", b"")

    assert [listed.session for listed in place.home.listed("Default")] == ["one"]
    assert place.home.groups() == ("Default",)
    assert place.home.fingerprint("Default", "three") is None


def test_the_longest_name_is_listed(home: PackageHome) -> None:
    home.write("Default", "x" * 200, filling(b""))

    assert [listed.session for listed in home.listed("Default")] == ["x" * 200]


def test_the_fingerprint_changes_with_the_bytes(place: Place) -> None:
    place.put("uploads/Default/one.zip", b"1")
    before = place.home.fingerprint("Default", "one")

    place.put("uploads/Default/one.zip", b"22")

    assert place.home.fingerprint("Default", "one") not in {before, None}
    assert place.home.fingerprint("Default", "other") is None


def test_a_package_that_is_not_there_is_missing(home: PackageHome) -> None:
    home.write("Default", "one-more", filling(b"1"))

    with pytest.raises(PackageMissing, match=r"one\.zip is not there; put the package back"):
        content_of(home)


def test_packages_are_never_written_over(home: PackageHome) -> None:
    home.write("Default", "one", filling(b"1"))

    with pytest.raises(PackageExists, match="is there already; give the package another session id"):
        home.write("Default", "one", filling(b"2"))
    with pytest.raises(PackageExists):
        home.write("Default", "one", filling(b"2"), quarantined=True)

    assert content_of(home) == b"1"


def test_a_package_that_appears_while_another_is_written_stays(home: PackageHome) -> None:
    def slow(stream: BinaryIO) -> None:
        home.write("Default", "one", filling(b"first"))

    with pytest.raises(PackageExists):
        home.write("Default", "one", slow)

    assert content_of(home) == b"first"


def test_what_could_not_be_written_leaves_nothing(place: Place) -> None:
    def failing(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise RuntimeError("the source broke off")

    with pytest.raises(RuntimeError):
        place.home.write("Default", "one", failing)

    assert place.keys() == []


def test_half_a_package_is_never_listed(home: PackageHome) -> None:
    def looking(stream: BinaryIO) -> tuple[int, ...]:
        stream.write(b"half")
        stream.flush()
        return tuple(listed.size for listed in home.listed("Default"))

    assert home.write("Default", "one", looking) == ()


def test_a_quarantined_package_is_opened_from_there(place: Place) -> None:
    home = place.home
    home.write("Default", "one", filling(b"1"))
    before = home.fingerprint("Default", "one")

    home.quarantine("Default", "one")
    home.quarantine("Default", "one")

    assert home.listed("Default") == ()
    assert content_of(home) == b"1"
    assert home.fingerprint("Default", "one") == before
    assert home.where("Default", "one") == place.address("quarantine/Default/one.zip")
    assert place.keys() == ["quarantine/Default/one.zip"]


def test_a_package_can_be_written_into_quarantine(home: PackageHome) -> None:
    home.write("Default", "one", filling(b"1"), quarantined=True)

    assert home.listed("Default") == ()
    assert content_of(home) == b"1"


def test_quarantine_never_loses_bytes_that_were_staged(place: Place) -> None:
    place.put("quarantine/Default/one.zip", b"1")
    place.put("uploads/Default/one.zip", b"2")

    with pytest.raises(PackageExists, match="with other bytes"):
        place.home.quarantine("Default", "one")
    place.put("uploads/Default/one.zip", b"1")
    place.home.quarantine("Default", "one")

    assert place.keys() == ["quarantine/Default/one.zip"]
    assert content_of(place.home) == b"1"


def test_nothing_can_not_be_quarantined(home: PackageHome) -> None:
    with pytest.raises(PackageMissing, match="nor is it in quarantine"):
        home.quarantine("Default", "one")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "a\\b", "a\0", "a\nb", ".hidden", "x" * 201, "a\u202eb"])
def test_names_that_are_no_file_names_are_refused(home: PackageHome, name: str) -> None:
    with pytest.raises(UnsafeName, match="of an upload session: expected 1 to 200"):
        home.write("Default", name, filling(b""))
    with pytest.raises(UnsafeName, match="of a channel database group: expected 1 to 200"):
        home.listed(name)
    with pytest.raises(UnsafeName):
        home.quarantine(name, "one")
    with pytest.raises(UnsafeName):
        home.where("Default", name)


def test_a_written_package_is_read_by_its_name(home: PackageHome) -> None:
    packages = PackageUploads(home)
    uploads: Uploads = packages

    written = uploads.write("Default", "one", database="houston", created=CREATED, rows=ROWS, quarantined=False)

    (listed,) = uploads.listed("Default")
    assert (listed.size, listed.fingerprint) == (written.size, written.fingerprint)
    with uploads.read("Default", "one") as package:
        assert (package.channel_database, package.records, package.sha256) == ("houston", 2, written.sha256)
        assert len(list(package.rows())) == 2
    assert uploads.digest("Default", "one") == written.sha256
    assert len(list(packages.readable_rows("Default", "one"))) == 2


def test_a_quarantined_package_is_read_from_there(home: PackageHome) -> None:
    uploads = PackageUploads(home)
    uploads.write("Default", "one", database="", created=CREATED, rows=ROWS, quarantined=False)

    uploads.quarantine("Default", "one")

    assert uploads.listed("Default") == ()
    with uploads.read("Default", "one") as package:
        assert package.channel_database == ""


def test_an_unsound_package_is_refused_but_its_rows_and_its_checksum_can_be_read(place: Place) -> None:
    uploads = PackageUploads(place.home)
    content = package_bytes(session="another")
    place.put("uploads/Default/one.zip", content)

    with pytest.raises(PackageRefused, match="session is 'another'"), uploads.read("Default", "one"):
        pass

    assert len(list(uploads.readable_rows("Default", "one"))) == 4
    assert uploads.digest("Default", "one") == hashlib.sha256(content).hexdigest()


# --- removal ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["uploads", "quarantine"])
def test_a_package_is_removed_where_its_bytes_are_those_that_are_meant(place: Place, folder: str) -> None:
    place.put(f"{folder}/Default/S-1.zip", b"bytes")
    place.put("uploads/Default/S-2.zip", b"bytes")

    assert place.home.remove("Default", "S-1", hashlib.sha256(b"bytes").hexdigest())
    assert place.keys() == ["uploads/Default/S-2.zip"]
    assert place.home.remove("Default", "S-1", hashlib.sha256(b"bytes").hexdigest())  # gone is gone


def test_other_bytes_stay(place: Place) -> None:
    place.put("uploads/Default/S-1.zip", b"other bytes")

    assert not place.home.remove("Default", "S-1", hashlib.sha256(b"bytes").hexdigest())
    assert place.keys() == ["uploads/Default/S-1.zip"]


def test_what_is_listed_says_since_when_it_lies_there(place: Place) -> None:
    place.put("uploads/Default/S-1.zip", b"bytes")

    (listed,) = place.home.listed("Default")
    assert listed.since is not None
    assert listed.since.tzinfo is not None
