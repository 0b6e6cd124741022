"""Packages with card data: how they are recognised, and their move to the quarantine."""

from collections.abc import Collection, Sequence
from itertools import chain

from postering.domain.errors import PackageExists, PackageMissing, PackageRefused
from postering.domain.problems import Problem
from postering.domain.retail_transactions.rows import Row, UnkeyedRow
from postering.domain.runs.sessions import UploadSession
from postering.domain.staging.pieces import Piece
from postering.jobs.ports import Uploads


def into_quarantine(session: UploadSession, uploads: Uploads) -> str:
    """Move a session's package to the quarantine. Returns advice if that fails ('' if not); later runs try again."""
    try:
        uploads.quarantine(session.group, session.package)
    except (PackageExists, PackageMissing, PackageRefused) as refused:
        return (
            f"{session.name} holds card data and its package could not be moved to the quarantine: {refused}; "
            "move it there by hand"
        )
    return ""


def has_card_data(pieces: Collection[Piece], unkeyed: Sequence[UnkeyedRow]) -> bool:
    """Whether a package that was read holds card data."""
    rejected = (row.problems for piece in pieces for row in piece.rejected)
    return any(map(_is_card_data, chain(rejected, (row.problems for row in unkeyed))))


def shows_card_data(session: UploadSession, uploads: Uploads) -> bool:
    """Whether any readable row of an unsound package holds card data."""
    try:
        rows = uploads.readable_rows(session.group, session.package)
        return any(_is_card_data(row.problems) for row in rows if not isinstance(row, Row))
    except (PackageRefused, PackageMissing):  # not a zip, a zip bomb, or gone
        return False


def _is_card_data(problems: Sequence[Problem]) -> bool:
    return any(problem.code == "CARD_DATA" for problem in problems)
