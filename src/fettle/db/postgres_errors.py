"""The only place that knows PostgreSQL's error codes. Its twin is `sqlite_errors.py`."""

from typing import Final

import psycopg

from fettle.domain.errors import FettleError, Unavailable

_RETRY_AFTER_S: Final = 5
_DEADLOCK_OR_SERIALIZATION: Final = frozenset({"40P01", "40001"})
_NOT_UNIQUE: Final = "23505"
# Disk full, out of memory, too many connections, a time-out (lock, statement, idle), read-only, stopping, failing disk.
_UNAVAILABLE: Final = _DEADLOCK_OR_SERIALIZATION | {
    *("53100", "53200", "53300", "55P03", "57014", "25P03", "25P04", "25006"),
    *("57P01", "57P02", "57P03", "57P05", "58030"),
}
_CONNECTION: Final = "08"


def failure_of(error: Exception) -> FettleError | None:
    """What a stopped server, a full disk or a lock means to the caller; None for an error of the statement itself."""
    if not isinstance(error, psycopg.Error):
        return None
    if is_lost(error) or error.sqlstate in _UNAVAILABLE:
        return Unavailable(retry_after_s=_RETRY_AFTER_S)
    return None


def is_conflict(error: Exception) -> bool:
    """Whether the transaction lost against another one; running it again helps."""
    return isinstance(error, psycopg.Error) and error.sqlstate in _DEADLOCK_OR_SERIALIZATION


def is_taken(error: Exception | None) -> bool:
    """Whether a unique value was there already: another process may have brought it since the command looked for it."""
    return isinstance(error, psycopg.Error) and error.sqlstate == _NOT_UNIQUE


def is_lost(error: Exception) -> bool:
    """Whether there is no connection, or no longer one."""
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    if isinstance(error, psycopg.errors.PipelineAborted):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(_CONNECTION)
