"""A folder of plain files becomes a sound package, or a message that names what is wrong with it."""

import io
from pathlib import Path

import pytest

from postering.channels.packages.plain_files import FolderPackage, package_folder
from postering.domain.errors import PackageRefused
from postering.domain.retail_transactions.rows import RejectedRow, Row
from tests.channels.packages.package_examples import CREATED, GROUP, SESSION, header, json_lines, opened

CSV = "DataAreaId,Channel,store,TERMINAL,transactionId,currency,grossAmount,shop colour\nUSRT,1,H,,T-1,USD,-12.50,red\n"


def packaged(folder: Path) -> tuple[bytes, FolderPackage]:
    stream = io.BytesIO()
    made = package_folder(folder, stream, group=GROUP, session=SESSION, created=CREATED)
    return stream.getvalue(), made


def refusal(folder: Path) -> str:
    with pytest.raises(PackageRefused) as refused:
        packaged(folder)
    return str(refused.value)


def test_csv_and_json_lines_become_a_sound_package(tmp_path: Path) -> None:
    (tmp_path / "retailtransactiontable.CSV").write_text(CSV, encoding="utf-8-sig")
    (tmp_path / "RetailTransactionPaymentTrans.jsonl").write_bytes(json_lines(header(lineNum=1)))
    (tmp_path / ".DS_Store").write_bytes(b"")

    content, made = packaged(tmp_path)

    package = opened(content)
    first, second = package.rows()
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert first.values["shop colour"] == "red"
    assert made.files == ("retailtransactiontable.CSV", "RetailTransactionPaymentTrans.jsonl")
    assert (made.summary.transactions, made.summary.records, made.rejected) == (2, 2, 0)
    assert made.summary.sha256 == package.sha256


def test_a_bad_row_goes_in_as_it_is_and_is_counted(tmp_path: Path) -> None:
    rows = [header(f"T-{number}", grossAmount="much", entryStatus="Lost") for number in range(8)]
    (tmp_path / "RetailTransactionTable.jsonl").write_bytes(json_lines(header(), *rows))

    content, made = packaged(tmp_path)

    assert made.rejected == 8
    assert len(made.problems) == 10
    assert made.problems[0].message.startswith("RetailTransactionTable.jsonl row 2: grossAmount is 'much'")
    assert [type(row) for row in opened(content).rows()] == [Row] + [RejectedRow] * 8


def test_a_file_of_no_entity_is_refused_with_a_near_name(tmp_path: Path) -> None:
    (tmp_path / "RetailTransactionTabel.csv").write_text(CSV)

    message = refusal(tmp_path)

    assert message.startswith(f"{tmp_path}: 'RetailTransactionTabel.csv' is not the file of an entity")
    assert "Did you mean 'RetailTransactionTable.csv'" in message
    assert message.endswith("fix it and run the command again")


def test_a_folder_in_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "RetailTransactionTable.csv").mkdir()

    assert "is not the file of an entity" in refusal(tmp_path)


def test_two_files_of_one_entity_are_refused(tmp_path: Path) -> None:
    (tmp_path / "RetailTransactionTable.csv").write_text(CSV)
    (tmp_path / "RetailTransactionTable.jsonl").write_bytes(json_lines(header()))

    assert "RetailTransactionTable.csv and RetailTransactionTable.jsonl are both RetailTransactionTable" in refusal(
        tmp_path
    )


def test_an_empty_folder_and_none_at_all_are_refused(tmp_path: Path) -> None:
    assert "no file of an entity, expected at least one" in refusal(tmp_path)
    assert "can't be read: No such file or directory" in refusal(tmp_path / "none")


def test_a_row_that_can_not_be_read_is_refused_with_file_and_row(tmp_path: Path) -> None:
    path = tmp_path / "RetailTransactionTable.csv"
    path.write_text(CSV + "USRT,1\n")

    assert f"{path} row 2: 2 fields, expected 8, as in the header row" in refusal(tmp_path)


def test_a_file_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "RetailTransactionTable.csv").write_bytes(CSV.encode("utf-16"))

    assert "header row: bytes that are no UTF-8" in refusal(tmp_path)
