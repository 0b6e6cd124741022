"""No e-mail, name, street, phone or token in any log line: the whole workload with such data, and faults in it."""

import importlib.util
import io
import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from postering.deployment.settings import Settings
from postering.deployment.wiring import Deployment, deployment
from postering.lambdas import runs
from tests.faults.boundaries import LOST_ANSWER, Boundary, Watched, WatchedUploads
from tests.faults.injecting import COUNT
from tests.faults.rows import HEADER, LINE, PAYMENT, Rows
from tests.faults.workload import WHOLE, WORKLOADS, Step
from tests.faults.world import SMALL, made
from tests.walk.books import Context

SERVICE: Final = "logs-searched"
ROOT = Path(__file__).parents[2]
ADDRESS, INFOCODE = "RetailTransactionAddressTrans", "RetailTransactionInfocodeTrans"

PERSONAL: Final[dict[str, dict[str, str]]] = {
    HEADER: {"receiptEmail": "karen.berg@example.com", "comment": "ring at Mr. Tolley's", "custAccount": "C-BERG-1970"},
    LINE: {
        "ElectronicDeliveryEmail": "gift.to@example.com",
        "comment": "for Matthew",
        "GiftCardNumber": "GC-SOLD-777",
    },
    PAYMENT: {
        "paymentCardToken": "tok_9f8e7d6c",
        "cardOrAccount": "ACCOUNT-4711",
        "giftCardId": "GIFT-0815",
        "loyaltyCardId": "LOYAL-0042",
    },
    ADDRESS: {
        "SaleLineNum": "0",
        "DeliveryName": "Karen Berg",
        "Street": "Calle de Alcala",
        "Phone": "555-0100",
        "Email": "home@example.com",
        "City": "Villanueva",
        "ZipCode": "28014-X",
    },
}
NOT_PERSONAL: Final = {"SaleLineNum"}
SECRETS: Final = sorted(
    {text for columns in PERSONAL.values() for name, text in columns.items() if name not in NOT_PERSONAL}
)
TELLING: Final = (*SECRETS, "Berg", "Tolley", "Alcala", "Matthew", "example.com")


def personal(rows: Rows) -> Rows:
    """The rows of a transaction with a person's data in every column that may have it; texts too long, names as ids."""
    filled = {entity: [{**row, **PERSONAL.get(entity, {})} for row in some] for entity, some in rows.items()}
    if HEADER in rows:
        keys = ("DataAreaId", "Channel", "store", "transactionId")
        filled[ADDRESS] = [{name: rows[HEADER][0][name] for name in keys} | PERSONAL[ADDRESS]]
    return filled


def bad(rows: Rows) -> Rows:
    """Personal data where it does not belong: in numbers, dates, enums, and in a row without a key."""
    wrong = {"numberOfItems": "Karen Berg", "businessDate": "555-0100", "type": "home@example.com"}
    return {**rows, HEADER: [{**row, **wrong} for row in rows[HEADER]]}


def filled(step: Step, number: int) -> Step:
    """The step with personal data, a bad transaction, and a row that names none."""
    sold = [personal(rows) for rows in step.sold]
    packages = {name: [personal(rows) for rows in some] for name, some in step.packages.items()}
    other = bad(personal(sold_like(f"B-{number}")))
    return replace(
        step, sold=sold, packages={**packages, f"bad-{number}": [other, {LINE: [{"comment": "Karen Berg"}]}]}
    )


def sold_like(name: str) -> Rows:
    """A sale of that id."""
    rows = WHOLE.steps[0].sold[0]
    return {entity: [{**row, "transactionId": name} for row in some] for entity, some in rows.items()}


@pytest.fixture
def apps(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """Both functions as Lambda loads them."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Postering/test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", SERVICE)
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "DEBUG")
    found = {}
    for name in ("p_job", "sync_orders"):
        spec = importlib.util.spec_from_file_location(f"{name}_logged", ROOT / "functions" / name / "app.py")
        assert spec is not None
        assert spec.loader is not None
        found[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found[name])
    return found


@contextmanager
def opened_in(home: Path, boundary: Boundary) -> Iterator[Deployment]:
    """The local deployment in `home` in the place of a stack, with a fault in it."""
    with deployment(Settings(home=home, limits=SMALL)) as at:
        watched: Any = Watched(at.store, "store", boundary)
        uploads: Any = WatchedUploads(at.uploads, "uploads", boundary)
        yield _Faulty(
            home=at.home, store=watched, open_packages=at.open_packages, settings=at.settings, described=uploads
        )


class _Faulty(Deployment):
    """A deployment whose uploads are watched too."""

    def __init__(self, *, described: Any, **named: Any) -> None:
        super().__init__(**named)
        object.__setattr__(self, "uploads", described)


def test_no_log_line_holds_anything_personal(
    apps: dict[str, ModuleType],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps = tuple(filled(step, number) for number, step in enumerate(WHOLE.steps))
    monkeypatch.setitem(WORKLOADS, "whole", replace(WHOLE, steps=steps))
    from tests.faults.world import put

    logged = io.StringIO()
    for handler in logging.getLogger(SERVICE).handlers:  # a logger keeps the stream that it was made with
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(logged)
    listening = logging.StreamHandler(logged)
    logging.getLogger().addHandler(listening)
    logging.getLogger().setLevel(logging.DEBUG)
    home, ran, died = made(tmp_path / "home"), 0, 0
    try:
        for step in range(len(steps)):
            put(home, step)
            for call in (0, 3, 9, 17, 0):
                for app in apps.values():
                    boundary = Boundary(call, LOST_ANSWER)
                    monkeypatch.setattr(runs, "deployment", lambda _, b=boundary: opened_in(home, b))
                    monkeypatch.setattr(runs, "function_settings", lambda *_: Settings(home=home))
                    try:
                        logged.write(json.dumps(app.lambda_handler({}, Context())))
                    except Exception:  # what rises, Lambda logs
                        died += 1
                        traceback.print_exc(file=logged)
                    ran += 1
    finally:
        logging.getLogger().removeHandler(listening)
        logging.getLogger().setLevel(logging.WARNING)
    said = capsys.readouterr()
    everything = logged.getvalue() + said.out + said.err
    COUNT.faults["answer lost, logs searched"] += died
    assert died > 5
    assert ran - died > 5
    assert '"message":"P-job"' in everything.replace(" ", "")
    assert "transactions_staged" in everything
    assert [secret for secret in TELLING if secret in everything] == []
    assert is_in_the_store(home, "Karen Berg")


def is_in_the_store(home: Path, text: str) -> bool:
    """Whether the store has it: else the search would prove nothing."""
    with deployment(Settings(home=home)) as at:
        (record,) = at.store.find("T-1")
        order = at.store.order_of(record.key)
        return order is not None and any(text == address.name for address in order.document.addresses)
