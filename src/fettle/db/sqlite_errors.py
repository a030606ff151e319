"""The only place that knows SQLite's error codes. Its twin is `postgres_errors.py`."""

from typing import Final

from fettle.db.sqlite_module import sqlite3
from fettle.domain.errors import FettleError, Unavailable

_LOCKED: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_UNAVAILABLE: Final = _LOCKED | {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOMEM,
    # A dying disk gives back pages of zeros: no client's fault, and gone when the disk is well.
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}
_RETRY_AFTER_S: Final = 5


def failure_of(error: Exception) -> FettleError | None:
    """What a full disk, a lock or a failing disk means to the caller; None for an error of the statement itself."""
    return Unavailable(retry_after_s=_RETRY_AFTER_S) if _code(error) in _UNAVAILABLE else None


def is_locked(error: Exception) -> bool:
    """Whether another connection holds the lock; waiting helps."""
    return _code(error) in _LOCKED


def _code(error: Exception) -> int | None:
    """The primary code, without the extension in its upper bits."""
    code = getattr(error, "sqlite_errorcode", None) if isinstance(error, sqlite3.Error) else None
    return None if code is None else code & 0xFF
