"""The P-job: packages in the uploads become staged transactions, once, whatever comes again or goes wrong."""

import zipfile
from pathlib import Path

import pytest

from postering.domain.errors import JobRefused, PackageRefused
from postering.domain.retail_transactions.entities import HEADER, PAYMENT, SALES, TAX
from postering.domain.runs.sessions import SessionStatus
from postering.domain.staging import staging
from postering.jobs import applying
from postering.jobs.limits import Limits
from postering.jobs.sessions import cancel_session
from tests.domain.transactions_examples import a_sale
from tests.jobs.conftest import GROUP, Deployment, changed, only, rows_of, without

SALE = rows_of(a_sale(), "T-1")
OTHER = rows_of(a_sale(), "T-2")


def test_a_package_is_staged_and_its_session_applied(deployment: Deployment) -> None:
    deployment.put("monday", SALE, OTHER)

    report = deployment.p_job()

    assert [(s.id, s.status, s.transactions) for s in report.sessions] == [("monday", SessionStatus.APPLIED, 2)]
    assert report.counts.staged == 2
    assert deployment.states() == {"T-1": "pending", "T-2": "pending"}


def test_a_second_run_changes_nothing(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.p_job()
    before = deployment.record("T-1")

    report = deployment.p_job()

    assert report.sessions == ()
    assert deployment.record("T-1") == before


def test_the_same_rows_in_another_package_are_a_duplicate(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.put("tuesday", SALE)

    report = deployment.p_job()

    assert (report.counts.staged, report.counts.duplicates) == (1, 1)
    assert len(deployment.record("T-1").pieces) == 1


def test_children_may_come_before_their_header(deployment: Deployment) -> None:
    deployment.put("a-children", without(SALE, HEADER))
    report = deployment.p_job()
    assert report.counts.waiting == 1
    assert deployment.states() == {"T-1": "waiting WAITING_FOR_HEADER"}

    deployment.put("b-header", only(SALE, HEADER))
    deployment.p_job()

    assert deployment.states() == {"T-1": "pending"}


@pytest.mark.parametrize(("late", "reason"), [(SALES, "WAITING_FOR_LINES"), (PAYMENT, "WAITING_FOR_PAYMENTS")])
def test_a_transaction_waits_for_what_its_header_promises(deployment: Deployment, late: str, reason: str) -> None:
    deployment.put("early", without(SALE, late))
    deployment.p_job()
    assert deployment.states() == {"T-1": f"waiting {reason}"}

    deployment.put("late", only(SALE, late))
    deployment.p_job()

    assert deployment.states() == {"T-1": "pending"}


def test_a_late_tax_row_heals_what_its_absence_broke(deployment: Deployment) -> None:
    deployment.put("early", without(SALE, TAX))
    deployment.p_job()
    deployment.sync_orders()
    assert deployment.states() == {"T-1": "failed LINE_TAX"}

    deployment.put("late", only(SALE, TAX))
    deployment.p_job()
    assert deployment.states() == {"T-1": "pending"}
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}


def test_other_content_before_posting_holds_the_transaction_back(deployment: Deployment) -> None:
    deployment.put("first", SALE)
    deployment.put("second", changed(SALE, SALES, price="31"))

    report = deployment.p_job()
    deployment.sync_orders()

    assert report.counts.conflicts == 1
    assert deployment.states() == {"T-1": "failed CONTENT_CONFLICT"}
    (problem,) = deployment.record("T-1").problems
    assert "price: 30 → 31" in problem.found
    assert problem.rows == ("RetailTransactionSalesTrans[1]",)


def test_other_content_after_posting_is_listed_and_the_order_stays(deployment: Deployment) -> None:
    deployment.put("first", SALE)
    deployment.p_job()
    deployment.sync_orders()
    posted = deployment.record("T-1")

    deployment.put("second", changed(SALE, SALES, price="31"))
    report = deployment.p_job()

    record = deployment.record("T-1")
    assert report.counts.conflicts == 1
    assert (record.state, record.sales_id, record.conflicts) == (posted.state, posted.sales_id, 1)


def test_rows_that_come_only_after_posting_are_listed_as_conflicts(deployment: Deployment) -> None:
    deployment.put("first", SALE)
    deployment.p_job()
    deployment.sync_orders()

    address = {"RetailTransactionAddressTrans": [{**_key(SALE), "SaleLineNum": "0", "City": "Houston"}]}
    deployment.put("second", address)
    deployment.p_job()

    assert deployment.record("T-1").conflicts == 1
    assert deployment.states() == {"T-1": "succeeded"}


def test_a_bad_row_rejects_its_own_transaction_only(deployment: Deployment) -> None:
    deployment.put("monday", changed(SALE, SALES, qty="two"), OTHER)

    report = deployment.p_job()
    deployment.sync_orders()

    assert (report.counts.staged, report.counts.rejected) == (1, 1)
    assert deployment.states() == {"T-1": "failed ROW_INVALID", "T-2": "succeeded"}
    message = deployment.record("T-1").problems[0].message
    assert "RetailTransactionSalesTrans.jsonl row 1" in message
    assert "qty" in message
    assert "'two'" in message


def test_a_sound_row_takes_the_place_of_a_rejected_one(deployment: Deployment) -> None:
    deployment.put("monday", changed(SALE, SALES, qty="two"))
    deployment.p_job()

    deployment.put("tuesday", only(SALE, SALES))
    deployment.p_job()
    deployment.sync_orders()

    assert deployment.states() == {"T-1": "succeeded"}


def test_a_row_without_a_key_is_kept_with_its_session(deployment: Deployment) -> None:
    deployment.put("monday", {SALES: [{"itemId": "81327", "lineNum": "1"}]}, OTHER)

    report = deployment.p_job()

    (kept,) = deployment.store.unkeyed_rows(GROUP, "monday")
    assert report.counts.rejected == 1
    assert kept.raw["itemId"] == "81327"
    assert deployment.states() == {"T-2": "pending"}


def test_card_data_is_refused_masked_and_its_package_quarantined(deployment: Deployment) -> None:
    deployment.put("monday", changed(SALE, PAYMENT, comment2="4111 1111 1111 1111"), OTHER)

    deployment.p_job()
    deployment.p_job()

    assert deployment.states() == {"T-1": "failed CARD_DATA", "T-2": "pending"}
    assert (deployment.home / "quarantine" / GROUP / "monday.zip").is_file()
    assert not (deployment.home / "uploads" / GROUP / "monday.zip").exists()
    for file in deployment.home.glob("postering.db*"):
        assert b"4111 1111 1111 1111" not in file.read_bytes()


def test_an_unsound_package_is_refused_whole_and_not_tried_again(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    path = deployment.home / "uploads" / GROUP / "monday.zip"
    path.write_bytes(path.read_bytes()[:-40])

    report = deployment.p_job()
    again = deployment.p_job()

    assert [s.status for s in report.sessions] == [SessionStatus.APPLY_FAILED]
    assert report.failures
    assert again.sessions == ()
    assert deployment.states() == {}
    assert path.is_file()


def test_other_bytes_under_a_failed_id_are_read_anew(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    path = deployment.home / "uploads" / GROUP / "monday.zip"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    deployment.p_job()

    path.write_bytes(whole)
    report = deployment.p_job()

    assert [s.status for s in report.sessions] == [SessionStatus.APPLIED]
    assert deployment.states() == {"T-1": "pending"}


def test_other_bytes_under_an_applied_id_are_refused_and_told_once(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.p_job()
    path = deployment.home / "uploads" / GROUP / "monday.zip"
    path.unlink()
    deployment.put("monday", OTHER)

    first, second = deployment.p_job(), deployment.p_job()

    assert "overwritten" in " ".join(first.messages)
    assert second.messages == ()
    assert deployment.states() == {"T-1": "pending"}
    session = deployment.store.session(GROUP, "monday")
    assert session is not None
    assert session.overwritten
    assert "overwritten" in session.message


def test_when_the_original_is_back_the_session_says_what_it_said_before(deployment: Deployment) -> None:
    keyless = changed(only(OTHER, HEADER), HEADER, transactionId="")
    deployment.put("monday", SALE, keyless)
    deployment.p_job()
    before = deployment.store.sessions()[0].message
    path = deployment.home / "uploads" / GROUP / "monday.zip"
    original = path.read_bytes()
    path.unlink()
    deployment.put("monday", OTHER)
    deployment.p_job()
    path.write_bytes(original)

    deployment.p_job()

    session = deployment.store.sessions()[0]
    assert "name no transaction" in before
    assert (session.message, session.overwritten) == (before, "")


def test_a_package_that_was_only_touched_is_left_alone(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.p_job()
    path = deployment.home / "uploads" / GROUP / "monday.zip"
    path.write_bytes(path.read_bytes())

    assert deployment.p_job().sessions == ()


def test_a_package_longer_than_a_run_is_staged_over_several(deployment: Deployment) -> None:
    deployment.limits = Limits(staged_at_once=2)
    sales = [rows_of(a_sale(), f"T-{number}") for number in range(5)]
    deployment.put("monday", *sales)

    deployment.stop_after = 3
    reports = [deployment.p_job() for _ in range(4)]

    assert not reports[0].complete
    assert sum(report.counts.staged for report in reports) == 5
    assert sum(report.counts.duplicates for report in reports) == 0
    session = deployment.store.session(GROUP, "monday")
    assert session is not None
    assert session.status is SessionStatus.APPLIED


def test_a_crash_between_staging_and_applied_leaves_duplicates_only(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.put("monday", SALE)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(applying, "_applied", killed)
        with pytest.raises(KeyboardInterrupt):
            deployment.p_job()
    before = deployment.record("T-1")
    report = deployment.p_job()

    assert [s.status for s in report.sessions] == [SessionStatus.APPLIED]
    assert deployment.record("T-1") == before


def test_a_canceled_session_is_not_applied(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.stop_after = 0
    deployment.p_job()
    deployment.stop_after = None

    cancel_session("monday", deployment.store, deployment.run("operator"))
    deployment.p_job()

    assert deployment.states() == {}


def test_a_rerun_reads_the_same_package_under_a_new_session(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.p_job()

    report = deployment.p_job(rerun_session="monday")

    (session,) = report.sessions
    assert (session.rerun_for, session.status, report.counts.duplicates) == ("monday", SessionStatus.APPLIED, 1)


def test_an_unexpected_failure_on_one_transaction_fails_that_one(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.put("monday", SALE, OTHER)
    stage = staging.stage

    def failing(piece: object, *arguments: object, **named: object) -> object:
        if "T-1" in str(piece):
            raise ZeroDivisionError("a name nobody should see")
        return stage(piece, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("postering.jobs.applying.stage", failing)
    deployment.p_job()

    assert deployment.states() == {"T-1": "failed INTERNAL_ERROR", "T-2": "pending"}
    assert "nobody" not in str(deployment.record("T-1").problems)


def test_an_unknown_group_is_refused_before_anything_is_done(deployment: Deployment) -> None:
    deployment.put("monday", SALE)

    with pytest.raises(JobRefused, match=r"'West'.*Default"):
        deployment.p_job(groups=("West",))

    assert deployment.store.sessions() == []


def test_a_file_that_is_no_zip_is_not_read(deployment: Deployment, tmp_path: Path) -> None:
    folder = tmp_path / "uploads" / GROUP
    folder.mkdir(parents=True)
    (folder / "half-written.part").write_bytes(b"PK")

    assert deployment.p_job().sessions == ()


def test_a_package_overwritten_while_it_waits_is_noticed(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.stop_after = 0
    deployment.p_job()
    deployment.stop_after = None
    path = deployment.home / "uploads" / GROUP / "monday.zip"
    with zipfile.ZipFile(path, "a") as package:
        package.comment = b"touched"

    report = deployment.p_job()

    assert [s.status for s in report.sessions] == [SessionStatus.APPLIED]
    session = deployment.store.session(GROUP, "monday")
    assert session is not None
    assert session.sha256 == deployment.uploads.digest(GROUP, "monday")


def test_a_package_changed_under_the_reader_is_refused(deployment: Deployment) -> None:
    deployment.put("monday", SALE)
    deployment.stop_after = 0
    deployment.p_job()
    (session,) = deployment.store.waiting_sessions(GROUP)
    (deployment.home / "uploads" / GROUP / "monday.zip").unlink()
    deployment.put("monday", OTHER)

    with deployment.uploads.read(GROUP, "monday") as package, pytest.raises(PackageRefused, match="was changed"):
        applying._same_bytes(session, package)


def _key(rows: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    header = rows[HEADER][0]
    return {column: header[column] for column in ("DataAreaId", "Channel", "store", "transactionId")}
