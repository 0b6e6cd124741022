"""The home of packages in a stack: a bucket, with a prefix for each group's uploads and one for its quarantine."""

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, TypeVar, cast

from postering.channels.packages.archives import hashed
from postering.channels.packages.homes import GROUP, SESSION, SUFFIX, Overwritten, checked_name, is_safe
from postering.channels.packages.limits import MIB
from postering.channels.packages.s3_calls import Changed, NotThere, S3Calls, SeenObject, s3_client
from postering.domain.errors import PackageExists, PackageMissing, UploadsUnavailable
from postering.domain.runs.packages import ListedPackage

Written = TypeVar("Written")

UPLOADS: Final = "uploads"
QUARANTINE: Final = "quarantine"
_WRITE_ID: Final = "postering-write"
_IN_MEMORY_BYTES: Final = 8 * MIB
_TRIES: Final = 4


class UploadsBucket:
    """`uploads/<group>/<session>.zip` and `quarantine/<group>/<session>.zip` of a bucket.

    Only objects directly below a group's prefix whose key ends in `.zip` are packages. Bytes are read as they were
    at one moment, into a temporary file. A package is written by one request, on condition that its name is free. A
    fingerprint is size and ETag, so that the same bytes again change nothing.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        """Work on `bucket` through a client of S3."""
        self._calls = S3Calls(client, bucket)

    @classmethod
    def connect(cls, bucket: str) -> "UploadsBucket":
        """The bucket, through a client that is made as the environment says."""
        return cls(s3_client(), bucket)

    def groups(self) -> tuple[str, ...]:
        """Groups that have uploads, sorted."""
        return tuple(sorted(name for name in self._calls.folders(f"{UPLOADS}/") if is_safe(name)))

    def listed(self, group: str) -> tuple[ListedPackage, ...]:
        """Packages in the uploads of `group`, sorted by name."""
        prefix = f"{UPLOADS}/{checked_name(GROUP, group)}/"
        found = []
        for seen in self._calls.objects(prefix):
            session = seen.key.removeprefix(prefix).removesuffix(SUFFIX)
            if seen.key == f"{prefix}{session}{SUFFIX}" and is_safe(session):
                found.append(_listed(session, seen))
        return tuple(sorted(found, key=lambda package: package.session))

    @contextmanager
    def open(self, group: str, session: str) -> Iterator[BinaryIO]:
        """The package's bytes, from the uploads or else from quarantine.

        Raises `PackageMissing` if there is none, or no longer; `Overwritten` if it got other bytes while it was read.
        """
        keys = self._keys(group, session)
        with _temporary_file() as stream:
            self._download(keys, stream)
            stream.seek(0)
            yield stream

    def fingerprint(self, group: str, session: str) -> str | None:
        """The fingerprint of the package's bytes; None if there is none."""
        for key in self._keys(group, session):
            if (seen := self._calls.seen(key)) is not None:
                return seen.fingerprint
        return None

    def where(self, group: str, session: str) -> str:
        """The address of the package, or its future address, for people."""
        uploads, quarantine = self._keys(group, session)
        in_quarantine = self._calls.seen(uploads) is None and self._calls.seen(quarantine) is not None
        return self._address(quarantine if in_quarantine else uploads)

    def write(
        self, group: str, session: str, fill: Callable[[BinaryIO], Written], quarantined: bool = False
    ) -> Written:
        """Let `fill` write the package, then put it into the bucket: whole, or not at all. Gives the result of `fill`.

        Raises `PackageExists` if the name is taken, in the uploads or in quarantine.
        """
        keys = uploads, quarantine = self._keys(group, session)
        self._refuse_taken(*keys)
        with _temporary_file() as stream:
            result = fill(stream)
            self._refuse_taken(*keys)
            self._put(quarantine if quarantined else uploads, stream)
        return result

    def quarantine(self, group: str, session: str) -> None:
        """Move the package to quarantine, unless it is there already; raises `PackageMissing` if there is none.

        It is copied first and then removed: a crash in between leaves both, and the next call goes on. Raises
        `PackageExists` if another package of that name is in quarantine: its bytes were staged and are kept.
        """
        keys = self._keys(group, session)
        for _ in range(_TRIES):
            try:
                self._move(*keys)
            except (NotThere, Changed):
                continue  # another run moved it, or somebody put other bytes there: try again
            return
        raise Overwritten(
            f"{self._address(keys[0])} is overwritten again and again while it is moved to quarantine; let the "
            "sender stop, then run the P-job again"
        )

    def remove(self, group: str, session: str, sha256: str) -> bool:
        """Remove the package if its bytes are those of `sha256`; whether none of that name is left.

        The bucket keeps earlier versions as its own lifecycle rules say.
        """
        for key in self._keys(group, session):
            seen = self._calls.seen(key)
            if seen is None:
                continue
            try:
                if self._sha256(key) != sha256:
                    return False
                self._calls("delete_object", Key=key, IfMatch=seen.etag)
            except NotThere:
                continue
            except Changed:
                return False
        return True

    def _move(self, uploads: str, quarantine: str) -> None:
        seen, there = self._calls.seen(uploads), self._calls.seen(quarantine)
        if seen is None:
            if there is None:
                raise PackageMissing(
                    f"{self._address(uploads)} is not there, nor is it in quarantine; put the package back"
                )
            return
        if there is None:
            # Its tags are not copied: to read them would need one more right.
            self._calls(
                "copy_object",
                Key=quarantine,
                CopySource={"Bucket": self._calls.bucket, "Key": uploads},
                CopySourceIfMatch=seen.etag,
                TaggingDirective="REPLACE",
            )
        elif not self._same_bytes(seen, there):
            raise PackageExists(
                f"{self._address(quarantine)} is there already, with other bytes; remove {self._address(uploads)}"
            )
        self._calls("delete_object", Key=uploads, IfMatch=seen.etag)

    def _same_bytes(self, one: SeenObject, other: SeenObject) -> bool:
        if one.size != other.size or one.etag == other.etag:
            return one.size == other.size
        # An ETag depends on how an object was uploaded and encrypted, too.
        return self._sha256(one.key) == self._sha256(other.key)

    def _sha256(self, key: str) -> str:
        with _temporary_file() as stream:
            self._calls.download(key, stream)
            return hashed(stream)[0]

    def _download(self, keys: tuple[str, str], stream: BinaryIO) -> None:
        begun = False
        for key in keys:
            try:
                self._calls.download(key, stream)
                return
            except NotThere:
                begun = begun or stream.tell() > 0  # moved to quarantine meanwhile: the second place has it
            except Changed:
                raise Overwritten(
                    f"{self._address(key)} was overwritten while it was read; run the P-job again, which reads the new "
                    "bytes (if they are the same as before, run `postering sessions rerun`)"
                ) from None
        gone = "was removed while it was read" if begun else "is not there"
        raise PackageMissing(f"{self._address(keys[0])} {gone}; put the package back, or cancel the session")

    def _put(self, key: str, stream: BinaryIO) -> None:
        """One request, on condition that the key is free. The SDK sends it again if the answer was lost."""
        sha256 = base64.b64encode(bytes.fromhex(hashed(stream)[0])).decode("ascii")
        write_id = secrets.token_hex(16)
        for _ in range(_TRIES):
            stream.seek(0)
            try:
                self._calls(
                    "put_object",
                    Key=key,
                    Body=stream,
                    ContentType="application/zip",
                    IfNoneMatch="*",
                    ChecksumSHA256=sha256,
                    Metadata={_WRITE_ID: write_id},
                )
                return
            except Changed:
                try:
                    there = self._calls("head_object", Key=key)
                except NotThere:
                    continue  # the other package is gone again
                if there.get("Metadata", {}).get(_WRITE_ID) == write_id:
                    return  # it was our own: the first answer was lost
                raise self._taken(key) from None
        raise UploadsUnavailable(f"{self._address(key)} kept changing while it was written; run it again later")

    def _refuse_taken(self, *keys: str) -> None:
        for key in keys:
            if self._calls.seen(key) is not None:
                raise self._taken(key)

    def _taken(self, key: str) -> PackageExists:
        return PackageExists(f"{self._address(key)} is there already; give the package another session id")

    def _keys(self, group: str, session: str) -> tuple[str, str]:
        name = f"{checked_name(GROUP, group)}/{checked_name(SESSION, session)}{SUFFIX}"
        return f"{UPLOADS}/{name}", f"{QUARANTINE}/{name}"

    def _address(self, key: str) -> str:
        return f"s3://{self._calls.bucket}/{key}"


def _listed(session: str, seen: SeenObject) -> ListedPackage:
    return ListedPackage(session=session, size=seen.size, fingerprint=seen.fingerprint, since=seen.since)


@contextmanager
def _temporary_file() -> Iterator[BinaryIO]:
    """A file that is in memory while it is small, and gone at the end."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spool:
        yield cast(BinaryIO, spool)
