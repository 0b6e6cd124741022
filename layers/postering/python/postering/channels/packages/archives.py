"""The zip of a package, which nobody trusts: its headers are checked, and its bytes are measured as they unpack."""

import errno
import hashlib
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Final

from postering.channels.packages.limits import PackageLimits
from postering.channels.packages.refusals import UnsoundPackage
from postering.domain.retail_transactions.quoted import quoted

_END: Final = struct.Struct("<4s4H2LH")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_LARGEST_COMMENT: Final = 65_535
_BYTES_PER_DIRECTORY_ENTRY: Final = 2_048
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_CHUNK_BYTES: Final = 256 * 1024
_NESTED: Final = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"Rar!")

# The errors of zipfile and zlib for bytes that are no sound zip, found by trying broken ones.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)


class Bomb(UnsoundPackage):
    """A package that unpacks to more than the limits."""


class Archive:
    """An open zip. `members` are its entries in the order of its directory; their names are not checked yet."""

    def __init__(self, stream: BinaryIO, limits: PackageLimits) -> None:
        """Read the directory of `stream`, or refuse it. The bytes of the entries are not read yet."""
        _check_end(stream, limits)
        with _sound("the package"):
            self._zip = zipfile.ZipFile(stream)
        self._limits = limits
        self._unpacked = 0
        self.members: tuple[zipfile.ZipInfo, ...] = tuple(self._zip.infolist())
        if len(self.members) > limits.max_members:
            found, most = f"{len(self.members)} files", f"at most {limits.max_members}"
            raise UnsoundPackage(found, file="the package", expected=most)
        # A false, large packed size would hide a bomb from the ratio.
        if sum(member.compress_size for member in self.members) > stream.seek(0, os.SEEK_END):
            raise UnsoundPackage("files that are larger than the zip", file="the package", expected="a whole zip")

    @contextmanager
    def reading(self, member: zipfile.ZipInfo, *, checked: bool = True) -> Iterator["Unpacking"]:
        """One member's bytes as they unpack. `checked=False` reads on even if the checksum in the zip is wrong.

        The limits hold for all members together, since the last `measure_anew`.
        """
        if not checked and hasattr(member, "CRC"):
            del member.CRC  # zipfile compares what is there
        with _sound(member.filename):
            source = self._zip.open(member)
        with source:
            yield Unpacking(source, member, self, checked=checked)

    def measure_anew(self) -> None:
        """Begin another pass over the members."""
        self._unpacked = 0

    def count(self, member: zipfile.ZipInfo, new: int, size: int) -> None:
        """Count `new` bytes of a member, of which `size` are unpacked by now, and refuse a bomb."""
        self._unpacked += new
        limits = self._limits
        if self._unpacked > limits.max_unpacked_bytes:
            raise Bomb(
                "unpacks to more than the limit",
                file=member.filename,
                expected=f"at most {limits.max_unpacked_bytes} bytes in all",
                repair="send it in several packages, or raise the limit",
            )
        if size > limits.ratio_applies_above_bytes and size > limits.max_ratio * member.compress_size:
            raise Bomb(
                f"unpacks to more than {limits.max_ratio} times its packed size",
                file=member.filename,
                expected=f"at most {limits.max_ratio}:1 above {limits.ratio_applies_above_bytes} bytes",
                repair="store the file with less compression",
            )


class Unpacking:
    """A member as it unpacks: `stream` to read, then `finish`, then `sha256`."""

    def __init__(self, source: IO[bytes], member: zipfile.ZipInfo, archive: Archive, *, checked: bool) -> None:
        self._raw = _Measured(source, member, archive)
        self._member = member
        self._checked = checked
        self.stream: BinaryIO = io.BufferedReader(self._raw, _CHUNK_BYTES)

    @property
    def nested(self) -> bool:
        """Whether the member is itself an archive."""
        assert isinstance(self.stream, io.BufferedReader)
        return self.stream.peek(8)[:8].startswith(_NESTED)

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes read so far, in hex."""
        return self._raw.hash.hexdigest()

    def finish(self) -> None:
        """Read the rest, so that checksum and size are compared to the last byte."""
        while self.stream.read(_CHUNK_BYTES):
            pass
        if self._checked and self._raw.size != self._member.file_size:
            found = f"unpacks to {self._raw.size} bytes, the zip says {self._member.file_size}"
            raise UnsoundPackage(found, file=self._member.filename, expected="a sound zip")


class _Measured(io.RawIOBase):
    def __init__(self, source: IO[bytes], member: zipfile.ZipInfo, archive: Archive) -> None:
        self._source = source
        self._member = member
        self._archive = archive
        self.hash = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        with _sound(self._member.filename):
            chunk = self._source.read(len(buffer))
        self.size += len(chunk)
        self._archive.count(self._member, len(chunk), self.size)
        self.hash.update(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)


def check_member(member: zipfile.ZipInfo) -> None:
    """Refuse a member that is encrypted, no plain file, or neither stored nor deflated."""
    name = member.filename
    if member.flag_bits & _ENCRYPTED:
        raise UnsoundPackage("is encrypted", file=name, expected="files that anyone can unpack")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG} and not (kind == stat.S_IFDIR and member.is_dir()):
        found = "is a symbolic link" if kind == stat.S_IFLNK else "is no plain file"
        raise UnsoundPackage(found, file=name, expected="plain files")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnsoundPackage("is packed by an unusual method", file=name, expected="stored or deflated")


def hashed(stream: BinaryIO) -> tuple[str, int]:
    """SHA-256, in hex, and size of all bytes of `stream`, from its beginning."""
    stream.seek(0)
    sha256, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK_BYTES):
        sha256.update(chunk)
        size += len(chunk)
    stream.seek(0)
    return sha256.hexdigest(), size


@contextmanager
def _sound(name: str) -> Iterator[None]:
    try:
        yield
    except UnsoundPackage:
        raise
    except _BROKEN as wrong:
        reason = quoted(str(wrong)) if str(wrong) else "it ends too early"
        raise UnsoundPackage(f"the zip is not sound: {reason}", file=name, expected="a whole, undamaged zip") from None
    except OSError as wrong:
        if wrong.errno not in {None, errno.EINVAL}:  # a seek beyond the end of the file
            raise
        raise UnsoundPackage("the zip is not sound", file=name, expected="a whole, undamaged zip") from None


def _check_end(stream: BinaryIO, limits: PackageLimits) -> None:
    """Refuse a file that does not begin and end like a zip, and a directory that is too large for any package.

    zipfile itself accepts bytes before and after the zip, and reads a directory of any size into memory.
    """
    size = stream.seek(0, os.SEEK_END)
    start = max(0, size - _END.size - _LARGEST_COMMENT)
    stream.seek(start)
    tail = stream.read()
    stream.seek(0)
    first = stream.read(4)
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size or first not in {b"PK\x03\x04", b"PK\x05\x06"}:
        raise UnsoundPackage("is no zip, or its end is cut off", file="the package", expected="a whole zip")
    end = _END.unpack_from(tail, at)
    if at + _END.size + end[7] != len(tail):
        raise UnsoundPackage("more or fewer bytes than the zip says", file="the package", expected="a whole zip")
    directory_bytes = end[5]
    if at >= _LOCATOR_64.size and _LOCATOR_64.unpack_from(tail, at - _LOCATOR_64.size)[0] == b"PK\x06\x07":
        wide_at = at - _LOCATOR_64.size - _END_64.size
        if wide_at < 0 or not tail[wide_at:].startswith(b"PK\x06\x06"):
            raise UnsoundPackage("is no zip that can be read", file="the package", expected="a whole zip")
        directory_bytes = _END_64.unpack_from(tail, wide_at)[8]
    if directory_bytes > limits.max_members * _BYTES_PER_DIRECTORY_ENTRY:
        most = f"at most {limits.max_members}"
        raise UnsoundPackage("its directory lists too many files", file="the package", expected=most)
