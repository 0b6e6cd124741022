"""Calls to S3 on one bucket. A missing object, a changed object and an unavailable bucket are different errors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final

from botocore.exceptions import BotoCoreError, ClientError

from postering.domain.errors import UploadsUnavailable
from postering.outside.aws import advice, aws_client, code_of, said

_NOT_THERE: Final = frozenset({"NoSuchKey", "NotFound", "404"})
_CHANGED: Final = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
_NO_RIGHT: Final = "this identity may not use it; give it the rights that template.yaml gives the P-job's function"
_LATER: Final = "S3 is not able to answer at the moment; run it again later"
_ADVICE: Final[Mapping[str, str]] = {
    "NoSuchBucket": "there is no such bucket; deploy the stack first, or name the right bucket in POSTERING_BUCKET",
    "AccessDenied": _NO_RIGHT,
    "AllAccessDisabled": _NO_RIGHT,
    "403": _NO_RIGHT,
    "SlowDown": _LATER,
    "InternalError": _LATER,
    "ServiceUnavailable": _LATER,
    "RequestTimeout": _LATER,
    "503": _LATER,
}
_CHUNK_BYTES: Final = 256 * 1024
_DOWNLOAD_TRIES: Final = 5


class NotThere(Exception):
    """The object is not there, or no longer."""


class Changed(Exception):
    """The object is not as the call expects it, or no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenObject:
    """An object as S3 listed it. Its ETag and size change with its bytes."""

    key: str
    etag: str
    size: int
    since: datetime | None = field(default=None, compare=False)

    @property
    def fingerprint(self) -> str:
        """Size and ETag, as one text."""
        etag = self.etag.strip('"')
        return f"{self.size}-{etag}"


def s3_client() -> Any:
    """A client of S3 with the environment's region, credentials and AWS_ENDPOINT_URL_S3; it repeats failed calls."""
    return aws_client("s3", lambda why: UploadsUnavailable(f"S3 can't be used: {why}"), read_seconds=20, tries=5)


class S3Calls:
    """The calls to one bucket. `NotThere` and `Changed` are for the caller, `UploadsUnavailable` is for an operator."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def __call__(self, call: str, **arguments: Any) -> Any:
        """The answer to one call of the client."""
        try:
            return getattr(self._client, call)(Bucket=self.bucket, **arguments)
        except ClientError as error:
            if code_of(error) in _NOT_THERE:
                raise NotThere from error
            if code_of(error) in _CHANGED:
                raise Changed from error
            raise self._unavailable(call, error) from error
        except BotoCoreError as error:
            raise self._unavailable(call, error) from error

    def objects(self, prefix: str) -> Iterator[SeenObject]:
        """Every object directly below `prefix`, over all pages."""
        for page in self._pages(prefix):
            for found in page.get("Contents", ()):
                yield SeenObject(
                    key=found["Key"], etag=found["ETag"], size=found["Size"], since=found.get("LastModified")
                )

    def folders(self, prefix: str) -> Iterator[str]:
        """Every name directly below `prefix` that has objects below it."""
        for page in self._pages(prefix):
            for found in page.get("CommonPrefixes", ()):
                yield found["Prefix"].removeprefix(prefix).removesuffix("/")

    def seen(self, key: str) -> SeenObject | None:
        """The object, None if there is none.

        It is found by a list of one: without the bucket, HEAD only answers that the object is not there.
        """
        for found in self("list_objects_v2", Prefix=key, MaxKeys=1).get("Contents", ()):
            if found["Key"] == key:
                return SeenObject(key=key, etag=found["ETag"], size=found["Size"])
        return None

    def download(self, key: str, into: BinaryIO) -> SeenObject:
        """Write the object's bytes to `into`, all of one version; a broken download is continued.

        Raises `NotThere` or `Changed` if it was removed or overwritten before all of it was read.
        """
        into.seek(0)
        into.truncate()
        answer = self("get_object", Key=key)
        whole = SeenObject(key=key, etag=answer["ETag"], size=answer["ContentLength"])
        for _ in range(_DOWNLOAD_TRIES):
            try:
                for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
                    into.write(chunk)
                break
            except BotoCoreError as error:
                broken = error
            if into.tell() < whole.size:
                answer = self("get_object", Key=key, IfMatch=whole.etag, Range=f"bytes={into.tell()}-")
        else:
            raise self._unavailable("get_object", broken)
        there = self.seen(key)
        if there is None:
            raise NotThere
        if there != whole:
            raise Changed
        return whole

    def _pages(self, prefix: str) -> Iterator[Any]:
        start: dict[str, str] = {}
        while True:
            page = self("list_objects_v2", Prefix=prefix, Delimiter="/", **start)
            yield page
            if not page.get("IsTruncated"):
                return
            start = {"ContinuationToken": page["NextContinuationToken"]}

    def _unavailable(self, call: str, error: ClientError | BotoCoreError) -> UploadsUnavailable:
        to_do = advice("S3", error, _ADVICE, "the call was refused")
        return UploadsUnavailable(f"bucket {self.bucket}: {to_do} ({call}: {said(error)})")
