"""Packages that mean harm, in the folder and in the bucket: refused by name, kept as they are, and nobody is held up.

One home holds all of them together with sound packages: the hostile ones end ApplyFailed, each with what and where,
and their neighbours are staged. What each single check says: tests/channels/packages/test_reading.py.
"""

import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest

from postering.channels.packages.folder_home import UploadsFolder
from postering.channels.packages.homes import PackageHome
from postering.channels.packages.limits import DEFAULT_LIMITS, PackageLimits
from postering.channels.packages.reading import open_package
from postering.channels.packages.s3_home import UploadsBucket
from postering.channels.packages.uploads import PackageUploads
from postering.deployment.settings import read_settings
from postering.domain.errors import PackageRefused
from postering.domain.runs.sessions import SessionStatus
from postering.store.sqlite import SQLiteStore
from tests.channels.packages.package_examples import entry_changed, json_lines, promised, zipped
from tests.domain.transactions_examples import a_sale, a_setup
from tests.jobs.conftest import GROUP, Deployment, rows_of
from tests.own_aws import own_aws

HEADERS, LINES = "RetailTransactionTable.jsonl", "RetailTransactionSalesTrans.jsonl"
CSV = "RetailTransactionTable.csv"
BUCKET = "shop-uploads-123456789012-eu-central-1"
SALE, NEIGHBOUR, LAST = (rows_of(a_sale(), number) for number in ("T-1", "T-2", "T-3"))
LIMITS = PackageLimits(
    max_ratio=20,
    ratio_applies_above_bytes=64 * 1024,
    max_unpacked_bytes=2 * 1024 * 1024,
    max_line_bytes=64 * 1024,
    max_rows=1_000,
    max_members=40,
    max_manifest_bytes=64 * 1024,
)


def package(
    session: str, files: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED, **more: Any
) -> bytes:
    """A package of a sale, or of these files; `more` replaces keys of its manifest."""
    files = sale_files() if files is None else files
    manifest = {
        "session": session,
        "channel_database_group": GROUP,
        "channel_database": "houston",
        "created": "2026-03-14T12:00:00Z",
        "entities": {
            name.partition(".")[0]: promised(content, content.count(b"\n") - name.endswith(".csv"))
            for name, content in files.items()
        },
    }
    return zipped({**files, "manifest.json": json.dumps(manifest | more).encode()}, method)


def sale_files() -> dict[str, bytes]:
    return {f"{entity}.jsonl": json_lines(*rows) for entity, rows in SALE.items()}


def with_member(name: str, content: bytes = b"") -> Callable[[str], bytes]:
    def made(session: str) -> bytes:
        stream = io.BytesIO(package(session))
        with zipfile.ZipFile(stream, "a") as more:
            more.writestr(zipfile.ZipInfo(name), content)
        return stream.getvalue()

    return made


def with_entry(offset: int, form: str, value: int) -> Callable[[str], bytes]:
    """A package in whose directory something is written over, in the entry of the headers' file."""

    def made(session: str) -> bytes:
        def change(entry: bytearray) -> None:
            struct.pack_into(form, entry, offset, value)

        return entry_changed(package(session), HEADERS, change)

    return made


def with_headers(content: bytes, name: str = HEADERS) -> Callable[[str], bytes]:
    """A package whose manifest promises exactly what this file of headers is."""
    return lambda session: package(session, {name: content})


def csv_text(text: str) -> bytes:
    return ("DataAreaId,Channel,store,terminal,transactionId,comment\n" + text).encode()


def twice(session: str) -> bytes:
    stream = io.BytesIO(package(session))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "a") as more:
        more.writestr(HEADERS, json_lines(*SALE["RetailTransactionTable"]))
    return stream.getvalue()


def wrong_crc(session: str) -> bytes:
    return package(session, method=zipfile.ZIP_STORED).replace(b'"-70.4"', b'"-70.5"')


def bomb_in_a_bomb(session: str) -> bytes:
    inner = zipped({f"{n}.jsonl": bytes(1024 * 1024) for n in range(8)})
    return package(session, {HEADERS: inner})


def tiny_members(count: int, *, wide: bool = True) -> bytes:
    """A zip whose directory lists so many files of one byte each, made without writing any."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0) + b"a"
    first = b"PK\x03\x04" + bytes(27)
    directory = len(entry) * count
    end = b""
    if wide:
        end += struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, directory, len(first))
        end += struct.pack("<4sLQL", b"PK\x06\x07", 0, len(first) + directory, 1)
    short = 0xFFFF if wide else count % 0xFFFF
    size = 0xFFFFFFFF if wide else directory
    end += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, short, short, size, len(first), 0)
    return first + entry * count + end


NOISE = "".join(sha256(b"%d" % number).hexdigest() for number in range(1_100))
"""70 KB that can hardly be packed."""
DEEP = b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}\n"
ROW = json_lines(*SALE["RetailTransactionTable"])
HOSTILE: dict[str, tuple[Callable[[str], bytes], str]] = {
    # name of the session → how its package is made, and what its message says
    "truncated": (lambda session: package(session)[:-40], "the package: is no zip, or its end is cut off"),
    "no-zip": (lambda session: b"MZ" + bytes(500), "the package: is no zip"),
    "empty": (lambda session: b"", "the package: is no zip"),
    "bomb": (with_headers(ROW + b"\n" * 256 * 1024), f"{HEADERS}: unpacks to more than 20 times its packed size"),
    "bomb-of-many-files": (
        lambda session: package(
            session, {HEADERS: ROW, **{f"{e}.jsonl": b'{"a": "%s"}\n' % (b"x" * 60_000) * 20 for e in list(SALE)[1:4]}}
        ),
        "times its packed size",
    ),
    "bomb-that-lies-about-its-size": (
        lambda session: entry_changed(
            package(session, {HEADERS: ROW + b"\n" * 256 * 1024}),
            HEADERS,
            lambda e: struct.pack_into("<L", e, 24, 500),
        ),
        f"{HEADERS}: ",
    ),
    "too-large": (
        lambda session: package(session, {HEADERS: json_lines({"a": "x" * 10_000}) * 250}, zipfile.ZIP_STORED),
        "unpacks to more than the limit, expected at most 2097152 bytes in all; send it in several packages, or raise",
    ),
    "too-many-rows": (
        lambda session: package(session, {HEADERS: ROW, LINES: b"{}\n" * 1_000}),
        f"{LINES}: more rows than the limit, expected at most 1000 rows in all; send it in several packages, or raise",
    ),
    "nested": (with_member("inner.zip", package("inner")), "'inner.zip': is a package inside the package"),
    "nested-under-another-name": (bomb_in_a_bomb, f"{HEADERS}: is itself an archive"),
    "up-and-away": (with_member("../../etc/passwd"), "'../../etc/passwd': lies in a folder"),
    "absolute": (with_member("/etc/passwd"), "'/etc/passwd': lies in a folder"),
    "absolute-on-windows": (with_member("C:\\boot.ini"), "lies in a folder"),
    "link": (with_entry(38, "<L", 0o120777 << 16), f"{HEADERS}: is a symbolic link"),
    "device": (with_entry(38, "<L", 0o020666 << 16), f"{HEADERS}: is no plain file"),
    "duplicate-names": (twice, f"{HEADERS}: is there twice"),
    "encrypted": (with_entry(8, "<H", 0x1), f"{HEADERS}: is encrypted"),
    "wrong-crc": (wrong_crc, f"{HEADERS}: the zip is not sound: \"Bad CRC-32 for file '{HEADERS}'\""),
    "many-members": (lambda session: tiny_members(20_000), "the package: its directory lists too many files"),
    "some-members": (
        lambda session: zipped({f"{n}.jsonl": b"" for n in range(41)}),
        "the package: 41 files, expected at most 40",
    ),
    "csv-nul": (with_headers(csv_text("USRT,1,H,,T-9,a\0b\n"), CSV), f"{CSV} row 1: a NUL character"),
    "csv-utf-16": (
        with_headers(csv_text("USRT,1,H,,T-9,a\n").decode().encode("utf-16"), CSV),
        f"{CSV} header row: bytes that are no UTF-8",
    ),
    "csv-bare-cr": (with_headers(csv_text("USRT,1,H,,T-9,a\rb,c\n"), CSV), f"{CSV} row 1: no CSV: new-line character"),
    "csv-line-too-long": (
        with_headers(csv_text(f"USRT,1,H,,T-9,{NOISE}\n"), CSV),
        f"{CSV} row 1: a row that is too long, expected at most 65536 bytes",
    ),
    "json-nul": (with_headers(b'{"a": "\0"}\n'), f"{HEADERS} row 1: no JSON: Invalid control character"),
    "json-utf-16": (with_headers(ROW.decode().encode("utf-16")), f"{HEADERS} row 1: byte 1 is no UTF-8"),
    "json-line-too-long": (
        with_headers(json_lines({"a": NOISE})),
        f"{HEADERS} row 1: a row that is too long, expected at most 65536 bytes",
    ),
    "json-deep": (with_headers(DEEP), f"{HEADERS} row 1: nested deeper than 64 levels, expected at most 64 levels"),
    "json-deep-and-open": (with_headers(b"[" * 10_000 + b"\n"), f"{HEADERS} row 1: nested deeper than 64 levels"),
    "json-keys-twice": (
        with_headers(b'{"lineNum": 1, "lineNum": 2}\n'),
        f"{HEADERS} row 1: the key 'lineNum' is given",
    ),
    "manifest-deep": (
        lambda session: package(session, note=[[]] * 9 + [json.loads("[" * 70 + "]" * 70)]),
        "manifest.json:",
    ),
    "manifest-too-long": (lambda session: package(session, note=NOISE), "manifest.json: is too long"),
    "manifest-counts-more": (
        lambda session: package(session, {HEADERS: ROW}, entities={"RetailTransactionTable": promised(ROW, 2)}),
        f"{HEADERS}: 1 rows, expected 2, as the manifest says",
    ),
    "manifest-counts-less": (
        lambda session: package(session, {HEADERS: ROW}, entities={"RetailTransactionTable": promised(ROW, 0)}),
        f"{HEADERS}: 1 rows, expected 0, as the manifest says",
    ),
    "manifest-of-another-sum": (
        lambda session: package(
            session,
            control_totals=[{"currency": "USD", "transactions": 1, "gross": "-70.41", "payments": "70.4"}],
        ),
        "manifest.json: gross in 'USD' is -70.4, in the manifest -70.41",
    ),
    "manifest-of-1e999": (
        lambda session: zipped(
            {
                **sale_files(),
                "manifest.json": b'{"session": "%s", "channel_database_group": "Default",'
                b'"created": "2026-03-14T12:00:00Z", "entities": {"RetailTransactionTable":'
                b'{"rows": 1e999, "sha256": "%s"}}}' % (session.encode(), b"0" * 64),
            }
        ),
        "manifest.json: entities.RetailTransactionTable.rows is something else, expected a whole number",
    ),
}


@dataclass(frozen=True)
class Shop:
    """A deployment, and its packages seen from the outside."""

    jobs: Deployment
    lay: Callable[[str, bytes], None]
    kept: Callable[[], dict[str, bytes]]


def folder_shop(home: Path, store: SQLiteStore) -> Shop:
    def lay(session: str, content: bytes) -> None:
        (home / "uploads" / GROUP).mkdir(parents=True, exist_ok=True)
        (home / "uploads" / GROUP / f"{session}.zip").write_bytes(content)

    def kept() -> dict[str, bytes]:
        return {file.stem: file.read_bytes() for file in (home / "uploads" / GROUP).iterdir()}

    return Shop(deployment_of(home, store, UploadsFolder(home)), lay, kept)


def bucket_shop(home: Path, store: SQLiteStore, client: Any) -> Shop:
    def lay(session: str, content: bytes) -> None:
        client.put_object(Bucket=BUCKET, Key=f"uploads/{GROUP}/{session}.zip", Body=content)

    def kept() -> dict[str, bytes]:
        listed = client.list_objects_v2(Bucket=BUCKET, Prefix="uploads/")["Contents"]
        return {
            Path(each["Key"]).stem: client.get_object(Bucket=BUCKET, Key=each["Key"])["Body"].read() for each in listed
        }

    return Shop(deployment_of(home, store, UploadsBucket(client, BUCKET)), lay, kept)


def deployment_of(home: Path, store: SQLiteStore, packages: PackageHome) -> Deployment:
    made = Deployment(home=home, store=store, uploads=PackageUploads(packages, LIMITS))
    made.apply(a_setup())
    return made


@pytest.fixture(params=["folder", "bucket"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with closing(SQLiteStore(tmp_path / "postering.db")) as store:
        if request.param == "folder":
            yield folder_shop(tmp_path, store)
            return
        with own_aws():
            client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
            client.create_bucket(Bucket=BUCKET)
            yield bucket_shop(tmp_path, store, client)


def test_every_hostile_package_is_refused_by_name_and_its_neighbours_are_staged(shop: Shop) -> None:
    laid = {name: made(name) for name, (made, _) in HOSTILE.items()}
    shop.jobs.put("0-before", NEIGHBOUR)
    for name, content in laid.items():
        shop.lay(name, content)
    shop.jobs.put("zzz-after", LAST)

    report = shop.jobs.p_job()
    again = shop.jobs.p_job()

    ended = {session.id: (session.status, session.message) for session in report.sessions}
    assert {name for name, (status, _) in ended.items() if status is SessionStatus.APPLIED} == {
        "0-before",
        "zzz-after",
    }
    for name, (_, what) in HOSTILE.items():
        status, message = ended[name]
        assert (name, status) == (name, SessionStatus.APPLY_FAILED)
        assert what in message, f"{name}: {message}"
        assert len(message) < 500
    assert shop.jobs.states() == {"T-2": "pending", "T-3": "pending"}
    assert {name: content for name, content in shop.kept().items() if name in laid} == laid
    assert again.sessions == ()  # none is tried again by itself


def test_a_package_cut_off_at_every_byte_stages_nothing(shop: Shop) -> None:
    whole = package("monday", {HEADERS: json_lines({"DataAreaId": "USRT", "Channel": 1, "transactionId": "T-9"})})
    for length in range(len(whole)):
        assert refusal(whole[:length]).startswith("the package: ")
    for length in range(0, len(whole), len(whole) // 12):
        shop.lay(f"cut-at-{length}", whole[:length])
    shop.jobs.put("sound", NEIGHBOUR)

    report = shop.jobs.p_job()

    assert {session.id for session in report.sessions if session.status is SessionStatus.APPLIED} == {"sound"}
    assert shop.jobs.states() == {"T-2": "pending"}


def test_numbers_that_are_none_reject_their_own_transactions(shop: Shop) -> None:
    header = {"DataAreaId": "USRT", "Channel": 1, "store": "H", "terminal": "", "currency": "USD"}
    lines = b"".join(
        json_lines(header | {"transactionId": f"N-{number}", "grossAmount": "@"}).replace(b'"@"', token)
        for number, token in enumerate([b"1e999", b"-1E+400", b"9" * 5_000, b"NaN", b"Infinity", b"0." + b"1" * 5_000])
    )
    shop.lay("numbers", package("numbers", {HEADERS: lines}))
    shop.jobs.put("sound", NEIGHBOUR)

    report = shop.jobs.p_job()

    assert [session.status for session in report.sessions] == [SessionStatus.APPLIED] * 2
    assert shop.jobs.states() == {f"N-{n}": "failed ROW_INVALID" for n in range(6)} | {"T-2": "pending"}


def test_byte_order_marks_and_odd_line_ends_are_no_harm(shop: Shop) -> None:
    mark = b"\xef\xbb\xbf"
    shop.lay("csv", package("csv", {CSV: mark + csv_text('USRT,1,H,,C-1,"a\rb"\n').replace(b"\n", b"\r\n")}))
    row = {"DataAreaId": "USRT", "Channel": 1, "store": "H", "terminal": "", "transactionId": "J-1"}
    shop.lay("json", package("json", {HEADERS: mark + json_lines(row).replace(b"\n", b"\r\n")}))

    report = shop.jobs.p_job()

    assert [(s.id, s.status, s.records) for s in report.sessions] == [
        ("csv", SessionStatus.APPLIED, 1),
        ("json", SessionStatus.APPLIED, 1),
    ]


# --- bounded by what the settings name -----------------------------------------------------------------------


def test_every_limit_of_a_package_is_a_setting() -> None:
    settings = read_settings(
        {
            "POSTERING_PACKAGE_MAX_RATIO": "20",
            "POSTERING_PACKAGE_RATIO_ABOVE_KIB": "64",
            "POSTERING_PACKAGE_MAX_MIB": "2",
            "POSTERING_PACKAGE_MAX_LINE_KIB": "64",
            "POSTERING_PACKAGE_MAX_ROWS": "1000",
            "POSTERING_PACKAGE_MAX_DEPTH": "64",
            "POSTERING_PACKAGE_MAX_FILES": "40",
            "POSTERING_PACKAGE_MAX_MANIFEST_KIB": "64",
        }
    )

    assert settings.package_limits == LIMITS


def refusal(content: bytes, limits: PackageLimits = DEFAULT_LIMITS) -> str:
    with pytest.raises(PackageRefused) as refused:
        open_package(io.BytesIO(content), session="monday", group=GROUP, limits=limits)
    return str(refused.value)


@pytest.mark.parametrize("wide", [True, False])
def test_a_million_tiny_members_are_refused_without_reading_the_directory(
    monkeypatch: pytest.MonkeyPatch, wide: bool
) -> None:
    content = tiny_members(1_000_000, wide=wide)

    def opened(*_: object) -> None:
        raise AssertionError("its directory was read")

    monkeypatch.setattr("postering.channels.packages.archives.zipfile.ZipFile", opened)
    assert refusal(content).startswith("the package: its directory lists too many files, expected at most 64")


def test_a_directory_that_lies_about_its_own_size_is_refused() -> None:
    """Of a hundred thousand entries it admits to one: that one is read, and no more."""
    content = bytearray(tiny_members(100_000, wide=False))
    struct.pack_into("<L", content, len(content) - 10, 47)

    assert refusal(bytes(content)).startswith("'a': is not a file of a package")


def test_duplicate_keys_and_columns_are_found_in_one_pass() -> None:
    """A hundred thousand of them: comparing each with each would take minutes."""
    names = [f"c{number}" for number in range(100_000)]
    line = ("{" + ",".join(f'"{name}":1' for name in [*names, names[-1]]) + "}\n").encode()
    header = (",".join([*names, names[-1]]) + "\n").encode()

    assert "the key 'c99999' is given twice" in refusal(package("monday", {HEADERS: line}))
    assert "names the column 'c99999' twice" in refusal(package("monday", {CSV: header}))


def test_a_message_names_the_first_of_very_many_differences() -> None:
    rows = json_lines(*({"currency": f"{number:05}", "grossAmount": 1} for number in range(2_000)))

    message = refusal(package("monday", {HEADERS: rows}, control_totals=[]))

    assert "transactions in '00000' is 1, in the manifest 0" in message
    assert "and 3990 more" in message
    assert len(message) < 2_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a line without end", b'{"a": "' + b"x" * 4 * 1024 * 1024 + b'"}\n'),
        ("a field without end", csv_text('USRT,1,H,,T-9,"' + "x\n" * 512 * 1024)),
        ("rows without end", b"{}\n" * 1024 * 1024),
        ("brackets without end", b"[" * 4 * 1024 * 1024),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_memory_is_bounded_by_the_limits_and_not_by_the_package(name: str, content: bytes) -> None:
    """1 to 4 MiB, limits of 64 KiB a line and 256 KiB in all: what is held is the packed bytes and some buffers."""
    file = CSV if name == "a field without end" else HEADERS
    hostile = io.BytesIO(package("monday", {file: content}))
    limits = PackageLimits(max_line_bytes=64 * 1024, max_ratio=100_000, max_unpacked_bytes=256 * 1024)
    del content
    tracemalloc.start()
    try:
        with pytest.raises(PackageRefused):
            open_package(hostile, session="monday", group=GROUP, limits=limits)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 2 * 1024 * 1024
