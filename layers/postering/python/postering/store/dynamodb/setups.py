"""The setup by version on DynamoDB: a head with the active version, and the items of each version."""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime

from postering.domain.errors import StoreUnavailable
from postering.domain.setup.setup import ActiveSetup, Setup, SetupVersion
from postering.domain.setup.setup_file import read_setup, write_setup
from postering.store.dynamodb.part import Part, raw_key, split, wrote_it
from postering.store.dynamodb.tables import SetupItem

_PK = "setup"
_HEAD = "HEAD"
_VERSION = "VERSION#"


class Setups(Part):
    """`jobs.ports.SetupStore`."""

    def setup(self) -> ActiveSetup:
        """The active setup; in a new deployment version 0, which is empty."""
        head = self._calls.get([raw_key(_PK, _HEAD)])
        version = int(head[0]["version"]["N"]) if head else 0
        return ActiveSetup(version=version, setup=self._content_of(version, must_be=version > 0))

    def setup_at(self, version: int) -> Setup:
        """The setup of `version`; version 0 is empty."""
        return self._content_of(version, must_be=False)

    def setup_versions(self) -> Sequence[SetupVersion]:
        """Every applied version, oldest first."""
        pages = self._calls.query(
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :version)",
            ExpressionAttributeValues={":pk": {"S": _PK}, ":version": {"S": _VERSION}},
            ProjectionExpression="sk, version, #at, #by",
            ExpressionAttributeNames={"#at": "at", "#by": "by"},
        )
        return [
            SetupVersion(
                version=int(item["version"]["N"]), at=datetime.fromisoformat(item["at"]["S"]), by=item["by"]["S"]
            )
            for page in pages
            for item in page["Items"]
            if item["sk"]["S"] == _sk(int(item["version"]["N"]), 0)
        ]

    def _content_of(self, version: int, *, must_be: bool) -> Setup:
        """The content of a version. An unknown version is empty; a missing part of an applied version is an error."""
        first = self._calls.get([raw_key(_PK, _sk(version, 0))])
        if not first and not must_be:
            return Setup()
        count = int(first[0]["parts"]["N"]) if first else 1
        further = self._calls.get([raw_key(_PK, _sk(version, part)) for part in range(1, count)])
        parts = sorted((*first, *further), key=lambda item: str(item["sk"]["S"]))
        if len(parts) != count:
            raise StoreUnavailable(
                f"table {self._calls.table}: {count - len(parts)} of {count} parts of setup version {version} are "
                "missing; restore the table to a point in time, or apply the setup again"
            )
        return read_setup(json.loads(zlib.decompress(b"".join(part["content"]["B"] for part in parts))))

    def apply_setup(self, setup: Setup, expected_version: int, at: datetime, by: str) -> bool:
        """Make `setup` the active one, as the next version, head and content together.

        Returns False if another write was first.
        """
        version = expected_version + 1
        write_id = f"{by}.{at.isoformat()}"
        contents = split(zlib.compress(json.dumps(write_setup(setup)).encode("utf-8")), self._content_bytes)
        items = [
            SetupItem(
                pk=_PK,
                sk=_sk(version, number),
                version=version,
                write_id=write_id,
                parts=len(contents),
                at=at.isoformat(),
                by=by,
                content=content,
            )
            for number, content in enumerate(contents)
        ]
        head = SetupItem(pk=_PK, sk=_HEAD, version=version, write_id=write_id)
        refused = self._calls.write_together([self._put_over(head, expected_version), *map(self._put, items)])
        return refused is None or wrote_it(refused.items[0], write_id)


def _sk(version: int, part: int) -> str:
    return f"{_VERSION}{version:012d}#{part:03d}"
