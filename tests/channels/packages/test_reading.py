"""Upload packages are checked whole; whatever is unsound is refused with a message, and nothing else is raised."""

import hashlib
import io
import json
import stat
import struct
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postering.channels.packages.limits import DEFAULT_LIMITS, PackageLimits
from postering.channels.packages.reading import open_package, read_leniently
from postering.domain.errors import PackageRefused
from postering.domain.retail_transactions.rows import RejectedRow, Row, UnkeyedRow
from tests.channels.packages.package_examples import (
    GROUP,
    HEADERS,
    LINES,
    SESSION,
    entry_changed,
    header,
    json_lines,
    line,
    manifest_of,
    opened,
    package_bytes,
    promised,
    sound_files,
    zipped,
)


def refusal(content: bytes, limits: PackageLimits = DEFAULT_LIMITS) -> str:
    with pytest.raises(PackageRefused) as refused:
        opened(content, limits)
    return str(refused.value)


def with_headers(content: bytes, rows: int) -> bytes:
    """A package whose headers' file is `content`, which the manifest promises."""
    return package_bytes({HEADERS: content}, entities={"RetailTransactionTable": promised(content, rows)})


def test_a_sound_package_gives_all_its_rows_headers_first() -> None:
    package = opened(package_bytes())

    rows = list(package.rows())

    assert package.records == 4
    assert [row.entity for row in rows if isinstance(row, Row)] == [
        "RetailTransactionTable",
        "RetailTransactionTable",
        "RetailTransactionSalesTrans",
        "RetailTransactionSalesTrans",
    ]


def test_rows_can_be_read_again() -> None:
    package = opened(package_bytes())

    assert list(package.rows()) == list(package.rows())


def test_size_and_checksum_are_those_of_the_file() -> None:
    content = package_bytes()

    package = opened(content)

    assert (package.size, package.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_unknown_keys_of_the_manifest_are_kept() -> None:
    manifest = opened(package_bytes(partner="shop 7", counters={"a": 1})).manifest

    assert dict(manifest.extra) == {"partner": "shop 7", "counters": {"a": "1"}}
    assert manifest.channel_database == "houston"


def test_a_package_of_no_channel_database_is_sound() -> None:
    assert opened(package_bytes(channel_database=None)).channel_database == ""


def test_a_package_of_csv_files_is_read() -> None:
    content = (
        b'DataAreaId,Channel,store,terminal,transactionId,comment\r\nUSRT,1,H,,T-1,"two\r\nlines, one field"\r\n\r\n'
    )
    files = {"RetailTransactionTable.csv": content}

    package = opened(package_bytes(files, entities={"RetailTransactionTable": promised(content, 1)}))

    (row,) = package.rows()
    assert isinstance(row, Row)
    assert row.values["comment"] == "two\r\nlines, one field"


def test_a_byte_order_mark_and_empty_lines_at_the_end_are_no_rows() -> None:
    content = b"\xef\xbb\xbf" + json_lines(header()) + b"\r\n  \n\n"

    assert opened(with_headers(content, 1)).records == 1


def test_the_last_line_needs_no_line_end() -> None:
    assert opened(with_headers(json_lines(header("T-1"), header("T-2")).rstrip(), 2)).records == 2


def test_a_bad_row_does_not_refuse_its_package() -> None:
    content = json_lines(header("T-1", grossAmount="much"), header("T-2"), {"Channel": 1})

    rows = list(opened(with_headers(content, 3)).rows())

    assert [type(row) for row in rows] == [RejectedRow, Row, UnkeyedRow]
    assert isinstance(rows[2], UnkeyedRow)
    assert rows[2].where == f"{HEADERS} row 3"


def test_numbers_are_read_as_they_are_written() -> None:
    digits = "12345678901234567890123456789012345678"
    content = json_lines(header()).replace(b'"-12.50"', b"-" + digits.encode())

    (row,) = opened(with_headers(content, 1)).rows()

    assert isinstance(row, Row)
    assert str(row.values["grossAmount"]) == f"-{digits}"


def test_a_package_cut_off_anywhere_is_refused() -> None:
    content = package_bytes()

    for length in range(len(content)):
        assert refusal(content[:length])


def test_a_file_that_is_no_zip_is_refused() -> None:
    assert "no zip" in refusal(b"DataAreaId,Channel\n" * 10)
    assert "no zip" in refusal(b"")


@pytest.mark.parametrize("content", [b"junk" + package_bytes(), package_bytes() + b"junk"])
def test_bytes_before_or_after_the_zip_are_refused(content: bytes) -> None:
    assert "expected a whole zip" in refusal(content)


@given(st.data())
def test_a_damaged_package_is_refused_or_gives_the_same_rows(data: st.DataObject) -> None:
    content = bytearray(package_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))

    try:
        rows = list(opened(bytes(content)).rows())
    except PackageRefused:
        return

    assert rows == list(opened(package_bytes()).rows())


@given(st.binary(max_size=300))
def test_whatever_follows_the_first_bytes_of_a_zip_is_refused(rest: bytes) -> None:
    assert refusal(b"PK\x03\x04" + rest)
    assert refusal(b"PK\x03\x04" + rest + b"PK\x05\x06" + bytes(18))


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2000])
def test_an_encrypted_file_is_refused(flag: int) -> None:
    def encrypted(entry: bytearray) -> None:
        struct.pack_into("<H", entry, 8, flag)

    assert f"{LINES}: is encrypted" in refusal(entry_changed(package_bytes(), LINES, encrypted))


def test_a_symbolic_link_is_refused() -> None:
    def linked(entry: bytearray) -> None:
        struct.pack_into("<L", entry, 38, (stat.S_IFLNK | 0o777) << 16)

    assert f"{LINES}: is a symbolic link" in refusal(entry_changed(package_bytes(), LINES, linked))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_way_of_packing_is_refused(method: int) -> None:
    files = sound_files()
    content = zipped({**files, "manifest.json": json.dumps(manifest_of(files)).encode()}, method)

    assert "packed by an unusual method, expected stored or deflated" in refusal(content)


def test_a_stored_package_is_read() -> None:
    files = sound_files()
    content = zipped({**files, "manifest.json": json.dumps(manifest_of(files)).encode()}, zipfile.ZIP_STORED)

    assert opened(content).records == 4


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("../RetailTransactionTable.jsonl", "lies in a folder"),
        ("/RetailTransactionTable.jsonl", "lies in a folder"),
        ("..\\RetailTransactionTable.jsonl", "lies in a folder"),
        ("rows/RetailTransactionTable.jsonl", "lies in a folder"),
        ("rows/", "lies in a folder"),
        ("inner.zip", "is a package inside the package"),
        ("RetailTransactionTabel.jsonl", "Did you mean 'RetailTransactionTable.jsonl'"),
        ("retailtransactiontaxtrans.jsonl", "Did you mean 'RetailTransactionTaxTrans.jsonl'"),
        ("Manifest.json", "Did you mean 'manifest.json'"),
        ("readme.txt", "is not a file of a package"),
        ("RetailTransactionTaxTrans.jsonl\0.txt", "is not a file of a package"),
    ],
)
def test_an_unexpected_file_is_refused(name: str, found: str) -> None:
    files = sound_files()
    content = zipped({**files, "manifest.json": json.dumps(manifest_of(files)).encode(), name.replace("\0", "~"): b""})

    message = refusal(content.replace(name.replace("\0", "~").encode(), name.encode()))

    assert found in message
    assert "card" not in message


def test_a_file_that_is_there_twice_is_refused() -> None:
    stream = io.BytesIO(package_bytes())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(stream, "a") as package:
        package.writestr(HEADERS, json_lines(header("T-3")))

    assert f"{HEADERS}: is there twice" in refusal(stream.getvalue())


def test_two_kinds_of_file_of_one_entity_are_refused() -> None:
    assert "is there twice, as .jsonl and as .csv" in refusal(
        package_bytes(sound_files() | {"RetailTransactionTable.csv": b"DataAreaId\nUSRT\n"})
    )


def test_an_archive_that_bears_an_entity_s_name_is_refused() -> None:
    assert f"{HEADERS}: is itself an archive" in refusal(with_headers(package_bytes(), 1))


def test_more_files_than_a_package_has_are_refused() -> None:
    names = {f"{number:04}.jsonl": b"" for number in range(70)}

    assert "70 files, expected at most 64" in refusal(zipped(names))
    assert "too many files" in refusal(zipped({f"{number:0200}": b"" for number in range(1_000)}))


BOMB = b"\n" * (8 * 1024 * 1024)


def test_a_bomb_is_refused_while_it_unpacks() -> None:
    message = refusal(with_headers(json_lines(header()) + BOMB, 1))

    assert f"{HEADERS}: unpacks to more than 200 times its packed size" in message


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    content = with_headers(json_lines(header()) + BOMB, 1)

    def small(entry: bytearray) -> None:
        struct.pack_into("<L", entry, 24, 500)

    def packed_large(entry: bytearray) -> None:
        struct.pack_into("<L", entry, 20, 2**31)

    assert refusal(entry_changed(content, HEADERS, small))
    assert "larger than the zip" in refusal(entry_changed(content, HEADERS, packed_large))


def test_a_package_that_unpacks_to_more_than_the_limit_is_refused() -> None:
    files = sound_files()
    limits = PackageLimits(max_unpacked_bytes=sum(map(len, files.values())))

    assert "unpacks to more than the limit" in refusal(package_bytes(files), limits)


def test_ratios_below_the_size_they_apply_to_are_fine() -> None:
    assert opened(with_headers(json_lines(header()) + BOMB[: 512 * 1024], 1)).records == 1


def test_a_package_without_manifest_is_refused() -> None:
    assert "manifest.json: is missing" in refusal(zipped(sound_files()))


@pytest.mark.parametrize(
    ("manifest", "found"),
    [
        (b"", "no JSON"),
        (b"[]", "JSON, but a list and no object"),
        (b"{} {}", "no JSON: Extra data"),
        (b'{"session": "\xff"}', "no UTF-8"),
        (b'{"session": "1", "session": "2"}', "the key 'session' is given twice"),
        (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper than 64 levels"),
        (b"{" + b'"a": ' * 10 + b"}", "no JSON"),
    ],
)
def test_a_manifest_that_is_no_object_is_refused(manifest: bytes, found: str) -> None:
    message = refusal(zipped({**sound_files(), "manifest.json": manifest}))

    assert message.startswith("manifest.json: ")
    assert found in message


ROWS = {"rows": 2, "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"session": None}, "session is missing, expected a text"),
        ({"session": 7}, "session is something else, expected a text"),
        ({"channel_database_group": None}, "channel_database_group is missing"),
        ({"channel_database": 7}, "channel_database is something else"),
        ({"created": None}, "created is missing"),
        ({"created": "yesterday"}, "created is something else, expected a date and time in UTC"),
        ({"entities": None}, "entities is missing"),
        ({"entities": []}, "entities is something else"),
        ({"entities": {"RetailTransactionTabel": ROWS}}, "Did you mean 'RetailTransactionTable'"),
        ({"entities": {"RetailTransactionTable": 2}}, "entities.RetailTransactionTable is something else"),
        (
            {"entities": {"RetailTransactionTable": ROWS | {"rows": -1}}},
            "RetailTransactionTable.rows is something else",
        ),
        ({"entities": {"RetailTransactionTable": ROWS | {"rows": "2"}}}, "expected a whole number, 0 or more"),
        ({"entities": {"RetailTransactionTable": ROWS | {"rows": True}}}, "expected a whole number, 0 or more"),
        ({"entities": {"RetailTransactionTable": {"rows": 2}}}, "RetailTransactionTable.sha256 is missing"),
        ({"entities": {"RetailTransactionTable": ROWS | {"sha256": "abc"}}}, "expected 64 hexadecimal digits"),
        ({"control_totals": {}}, "control_totals is something else, expected a list"),
        ({"control_totals": [1]}, "control_totals[0] is something else"),
        ({"control_totals": [{"currency": 1}]}, "control_totals[0].currency is something else"),
        ({"control_totals": [{"currency": "USD"}]}, "control_totals[0].transactions is missing"),
        (
            {"control_totals": [{"currency": "USD", "transactions": 2, "gross": "1e2", "payments": 1}]},
            "control_totals[0].gross is something else, expected a plain decimal number",
        ),
        (
            {"control_totals": [{"currency": "USD", "transactions": 0, "gross": 0, "payments": 0}] * 2},
            "control_totals[1].currency is 'USD' again",
        ),
    ],
)
def test_a_manifest_with_a_missing_or_wrong_key_is_refused(changes: dict[str, Any], found: str) -> None:
    message = refusal(package_bytes(**changes))

    assert message.startswith("manifest.json: ")
    assert found in message


def test_a_manifest_that_is_too_long_is_refused() -> None:
    assert "is too long" in refusal(package_bytes(note="x" * 2_000), PackageLimits(max_manifest_bytes=1_000))


def test_another_session_or_group_than_file_and_folder_is_refused() -> None:
    assert "session is 'other', the file is called '2026-01-01-001'" in refusal(package_bytes(session="other"))
    assert "channel_database_group is 'default'" in refusal(package_bytes(channel_database_group="default"))


def test_the_message_for_a_wrong_name_says_what_to_do() -> None:
    with pytest.raises(PackageRefused, match="put the package where its manifest says"):
        open_package(io.BytesIO(package_bytes()), session="another", group=GROUP)


def test_an_entity_listed_without_file_is_refused_and_a_file_without_listing() -> None:
    files = sound_files()
    entities = manifest_of(files)["entities"]

    assert "lists RetailTransactionTaxTrans, which has no file" in refusal(
        package_bytes(files, entities=entities | {"RetailTransactionTaxTrans": ROWS})
    )
    assert f"{HEADERS}: is not in the manifest" in refusal(
        package_bytes(files, entities={"RetailTransactionSalesTrans": entities["RetailTransactionSalesTrans"]})
    )


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_another_count_of_rows_is_refused(rows: int) -> None:
    content = json_lines(header("T-1"), header("T-2"))

    assert f"{HEADERS}: 2 rows, expected {rows}, as the manifest says" in refusal(with_headers(content, rows))


def test_another_checksum_is_refused() -> None:
    entities = {"RetailTransactionTable": {"rows": 1, "sha256": "a" * 64}}

    assert f"expected {'a' * 64}, as the manifest says" in refusal(
        package_bytes({HEADERS: json_lines(header())}, entities=entities)
    )


def test_a_checksum_in_capitals_holds() -> None:
    content = json_lines(header())
    entities = {"RetailTransactionTable": {"rows": 1, "sha256": promised(content)["sha256"].upper()}}

    assert opened(package_bytes({HEADERS: content}, entities=entities)).records == 1


def totals(currency: str = "USD", transactions: int = 2, gross: Any = "-25.00", payments: Any = 25) -> dict[str, Any]:
    return {"currency": currency, "transactions": transactions, "gross": gross, "payments": payments}


def test_control_totals_that_hold_are_given() -> None:
    package = opened(package_bytes(control_totals=[totals(), totals("EUR", 0, 0, "0.00")]))

    assert [(total.currency, str(total.gross)) for total in package.control_totals] == [("USD", "-25.00")]


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([totals(transactions=3)], "transactions in 'USD' is 2, in the manifest 3"),
        ([totals(gross="-25.01")], "gross in 'USD' is -25, in the manifest -25.01"),
        ([totals(payments="24.99")], "payments in 'USD' is 25, in the manifest 24.99"),
        ([totals(), totals("EUR", 1, 1, 1)], "transactions in 'EUR' is 0, in the manifest 1"),
        ([], "transactions in 'USD' is 2, in the manifest 0"),
        ([totals("usd")], "transactions in 'USD' is 2, in the manifest 0"),
    ],
)
def test_control_totals_that_do_not_hold_are_refused(listed: list[dict[str, Any]], found: str) -> None:
    assert found in refusal(package_bytes(control_totals=listed))


def test_an_amount_that_is_no_number_counts_as_nothing() -> None:
    content = json_lines(header("T-1", grossAmount="much"), header("T-2", grossAmount=None, paymentAmount="1e1"))

    package = opened(package_bytes({HEADERS: content}, control_totals=[totals(gross="0.00", payments="12.5")]))

    assert package.records == 2


def test_control_totals_are_exact() -> None:
    large, small = "9" * 30 + ".01", "0.00000001"
    content = json_lines(header("T-1", grossAmount=large), header("T-2", GROSSAMOUNT=small, grossAmount=None))
    content = content.replace(b', "grossAmount": null', b"")

    package = opened(with_headers(content, 2))

    assert f"{package.control_totals[0].gross:f}" == "9" * 30 + ".01000001"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (b"[1, 2]", "JSON, but a list and no object"),
        (b'"text"', "JSON, but a text and no object"),
        (b"12", "JSON, but a number and no object"),
        (b"null", "JSON, but null and no object"),
        (b"{'a': 1}", "no JSON"),
        (b'{"a": 1', "no JSON"),
        (b'{"a": 1} {"b": 2}', "no JSON: Extra data"),
        (b'{"a": "\x00"}', "no JSON: Invalid control character"),
        (b'{"a": "\xfc"}', "is no UTF-8"),
        (b'{"lineNum": 1, "lineNum": 2}', "the key 'lineNum' is given twice"),
        (b'{"a": {"b": 1, "b": 1}}', "the key 'b' is given twice"),
        (b'{"a": ' + b"[" * 64 + b"]" * 64 + b"}", "nested deeper than 64 levels"),
        (b'{"a": ' + b"[" * 200_000, "nested deeper than 64 levels"),
        (b'{"a":' * 200_000, "nested deeper than 64 levels"),
        (b"", "an empty line"),
    ],
)
def test_a_line_that_is_no_object_is_refused(row: bytes, found: str) -> None:
    content = json_lines(header("T-1")) + row + b"\n" + json_lines(header("T-2"))

    message = refusal(with_headers(content, 3))

    assert message.startswith(f"{HEADERS} row 2: ")
    assert found in message
    assert message.endswith("make the package again at its source and put it in place of this one")


def test_brackets_in_texts_are_not_depth() -> None:
    content = json_lines(header(comment='\\"[{' * 20), header("T-2", shop=[[]] * 100))

    assert opened(with_headers(content, 2)).records == 2


def test_a_line_that_is_too_long_is_refused() -> None:
    content = json_lines(header(comment="x" * 300))

    message = refusal(with_headers(content, 1), PackageLimits(max_line_bytes=400))

    assert "row 1: a row that is too long, expected at most 400 bytes" in message


def test_messages_quote_no_values() -> None:
    content = json_lines({"4111111111111111": 1}).replace(b"1}", b'1, "4111111111111111": "4111111111111111"}')

    message = refusal(with_headers(content, 1))

    assert "4111111111111111" not in message
    assert "************1111" in message


CSV_HEADER = b"DataAreaId,Channel,store,terminal,transactionId\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (CSV_HEADER + b"USRT,1,H,,T-1\nUSRT,1,H,T-2\n", "row 2: 4 fields, expected 5, as in the header row"),
        (CSV_HEADER + b"USRT,1,H,,T-1,\n", "row 1: 6 fields, expected 5"),
        (CSV_HEADER + b"USRT,1,H,,T-1\n\nUSRT,1,H,,T-2\n", "row 2: 0 fields, expected 5"),
        (CSV_HEADER + b'USRT,1,H,,"T-1\n', "row 1: no CSV: unexpected end of data"),
        (CSV_HEADER + b'USRT,1,H,,"T"1\n', "row 1: no CSV"),
        (CSV_HEADER + b"USRT,1,H,,T\0\n", "row 1: a NUL character"),
        (CSV_HEADER + b"USRT,1,H,,\xfc\n", "row 1: bytes that are no UTF-8"),
        (b"", "no header row"),
        (b"\n", "no header row"),
        (b"DataAreaId,Channel,\n", "column 3 of the header row has no name"),
        (b"DataAreaId,dataareaid\n", "names the column 'DataAreaId' twice"),
        (b"DataAreaId;Channel;store\n", "the header row is one column, expected commas between the columns"),
    ],
)
def test_csv_that_is_unsound_is_refused(content: bytes, found: str) -> None:
    files = {"RetailTransactionTable.csv": content}

    message = refusal(package_bytes(files, entities={"RetailTransactionTable": promised(content, 2)}))

    assert message.startswith("RetailTransactionTable.csv")
    assert found in message


def test_a_quoted_field_that_never_ends_does_not_fill_the_memory() -> None:
    content = CSV_HEADER + b'USRT,1,H,,"' + b"x\n" * 1_000
    files = {"RetailTransactionTable.csv": content}

    package = package_bytes(files, entities={"RetailTransactionTable": promised(content, 1)})

    assert "a row that is too long" in refusal(package, PackageLimits(max_line_bytes=500))


def test_a_long_csv_field_is_read() -> None:
    content = CSV_HEADER.replace(b"\n", b",signature\n") + b"USRT,1,H,,T-1," + b"x" * 200_000 + b"\n"
    files = {"RetailTransactionTable.csv": content}

    package = opened(package_bytes(files, entities={"RetailTransactionTable": promised(content, 1)}))

    assert package.records == 1


def lenient(content: bytes, limits: PackageLimits = DEFAULT_LIMITS) -> list[Any]:
    return list(read_leniently(io.BytesIO(content), limits))


def test_reading_leniently_gives_the_rows_of_a_package_that_does_not_hold() -> None:
    sound = list(opened(package_bytes()).rows())

    assert lenient(package_bytes()) == sound
    assert lenient(zipped(sound_files())) == sound
    assert lenient(package_bytes(session="other", entities={}, control_totals=[])) == sound


def test_reading_leniently_leaves_out_what_is_no_row() -> None:
    content = json_lines(header("T-1")) + b"no row\n\n" + json_lines(header("T-2"))

    assert [row.transaction.transaction_id for row in lenient(with_headers(content, 3))] == ["T-1", "T-2"]


def test_reading_leniently_goes_on_where_the_zip_s_checksum_is_wrong() -> None:
    files = {HEADERS: json_lines(header("T-1"))}
    content = zipped({**files, "manifest.json": json.dumps(manifest_of(files)).encode()}, zipfile.ZIP_STORED)
    changed = content.replace(b"-12.50", b"-12.51")

    (row,) = lenient(changed)

    assert str(row.values["grossAmount"]) == "-12.51"
    assert "Bad CRC" in refusal(changed)


def test_reading_leniently_gives_what_lies_before_the_damage() -> None:
    rows = [header(f"T-{number}", comment=f"{number * 7919 % 1000}") for number in range(5_000)]
    content = bytearray(zipped({HEADERS: json_lines(*rows), LINES: json_lines(line())}))
    middle = content.index(b"PK\x03\x04", 4) // 2
    content[middle : middle + 200] = b"\xff" * 200

    read = lenient(bytes(content))

    assert 0 < len(read) < 5_001
    assert read[-1].entity == "RetailTransactionSalesTrans"


def test_reading_leniently_refuses_a_bomb_and_what_is_no_zip() -> None:
    with pytest.raises(PackageRefused, match="200 times"):
        lenient(with_headers(json_lines(header()) + BOMB, 1))
    with pytest.raises(PackageRefused, match="no zip"):
        lenient(b"no zip")


def test_session_and_group_are_compared_exactly() -> None:
    assert opened(package_bytes(session=SESSION)).manifest.session == SESSION
    assert "the same name" in refusal(package_bytes(session=SESSION + " "))
