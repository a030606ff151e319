"""Why a database is not opened: each carries one clear sentence for the person who starts the server."""

from fettle.domain.sentences import SpokenError


class DatabaseRefused(SpokenError):
    """The database cannot be used as it is; starting again without a change will not help."""


class AnotherServerRuns(DatabaseRefused):
    """A second server on one SQLite file."""


class SchemaNotCurrent(DatabaseRefused):
    """The tables are older or newer than this Fettle."""


class EngineUnfit(DatabaseRefused):
    """The engine is too old, or does not keep a setting that durability needs."""
