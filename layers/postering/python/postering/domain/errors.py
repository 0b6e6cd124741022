"""What can go wrong with the world around a job. Bad data is never one of these: it is a `Problem`.

    PosteringError
    ├── JobRefused                 what was asked for can't be done: unknown group, store, payload key …
    ├── PackageRefused             a package is unsound as a whole; its session ends ApplyFailed
    ├── PackageMissing             a session's package is not where it was put
    ├── PackageExists              a package of that name is there already
    ├── UploadsUnavailable         the home of the packages can't be read or written
    ├── ChannelDatabaseUnavailable a channel database can't be read
    │   └── ChannelDatabaseMissing its file is not there
    ├── StoreUnavailable           the store can't be read or written
    ├── ReceiverUnavailable        a receiver of business events did not take them
    └── PassingFailure             this one call failed, a later one may not (conflict, throttling, lock)

Each carries one message for an operator: what, where, and what to do.
"""


class PosteringError(Exception):
    """The root: its text is for an operator."""


class JobRefused(PosteringError):
    """What was asked for can't be done; nothing was done."""


class PackageRefused(PosteringError):
    """A package is unsound as a whole: nothing of it is staged, it is kept."""


class PackageMissing(PosteringError):
    """A package is not where its session says."""


class PackageExists(PosteringError):
    """A package of that name exists; packages are never overwritten."""


class UploadsUnavailable(PosteringError):
    """The folder or bucket where packages lie can't be listed, read or written."""


class ChannelDatabaseUnavailable(PosteringError):
    """A channel database can't be read."""


class ChannelDatabaseMissing(ChannelDatabaseUnavailable):
    """The file of a channel database is not there: not yet, where it was never read before."""


class StoreUnavailable(PosteringError):
    """The store can't be opened, read or written, or is of another version."""


class ReceiverUnavailable(PosteringError):
    """Who is told of business events did not take them; they stay in the outbox."""


class PassingFailure(PosteringError):
    """One call failed in a way that may pass by itself."""
