"""Errors of the world around a job. Bad data is never one of these: it is a `Problem`.

    PosteringError
    ├── JobRefused                 the request can't be done: unknown group, store, payload key …
    ├── PackageRefused             a whole package is unsound; its session ends ApplyFailed
    ├── PackageMissing             a session's package is not where it was put
    ├── PackageExists              a package of that name exists already
    ├── UploadsUnavailable         the place of the packages can't be read or written
    ├── ChannelDatabaseUnavailable a channel database can't be read
    │   └── ChannelDatabaseMissing its file is not there
    ├── StoreUnavailable           the store can't be read or written
    ├── ReceiverUnavailable        a receiver of business events did not accept them
    └── PassingFailure             this one call failed, a later one may succeed (conflict, throttling, lock)

Each carries one message for an operator: what happened, where, and what to do.
"""


class PosteringError(Exception):
    """The root: its text is for an operator."""


class JobRefused(PosteringError):
    """The request can't be done; nothing was done."""


class PackageRefused(PosteringError):
    """A whole package is unsound: none of it is staged, and it is kept."""


class PackageMissing(PosteringError):
    """A package is not where its session says."""


class PackageExists(PosteringError):
    """A package of that name exists; packages are never overwritten."""


class UploadsUnavailable(PosteringError):
    """The folder or bucket that holds the packages can't be listed, read or written."""


class ChannelDatabaseUnavailable(PosteringError):
    """A channel database can't be read."""


class ChannelDatabaseMissing(ChannelDatabaseUnavailable):
    """The file of a channel database is not there; if it was never read before, it may still come."""


class StoreUnavailable(PosteringError):
    """The store can't be opened, read or written, or is of another version."""


class ReceiverUnavailable(PosteringError):
    """A receiver of business events did not accept them; they stay in the outbox."""


class PassingFailure(PosteringError):
    """One call failed for a reason that may pass by itself."""
