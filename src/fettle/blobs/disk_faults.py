"""What the operating system says of a disk, as the errors that a client may read."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fettle.domain.errors import NoSpace, Unavailable

_RETRY_AFTER_S: Final = 5
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# ESHUTDOWN and EUCLEAN come from a file system that shut itself down, ESTALE, ETIMEDOUT and ENOTCONN from a network
# disk that went away, ENOENT and ENOTDIR from a data folder that did: who expects a missing file catches that first.
# EACCES and EPERM come from a folder that was restored under another user, ENOMEM from a machine short of memory.
_FAILING: Final = frozenset(
    {
        errno.EIO,
        errno.EROFS,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENODEV,
        errno.ENXIO,
        errno.ESTALE,
        errno.ETIMEDOUT,
        errno.ENOTCONN,
        errno.ESHUTDOWN,
        errno.EUCLEAN,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EACCES,
        errno.EPERM,
        errno.ENOMEM,
    }
)


@contextmanager
def disk_faults() -> Iterator[None]:
    """Turn a full disk into NoSpace and a failing one into Unavailable; every other OSError goes on as it is."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoSpace from error
        if error.errno in _FAILING:
            raise Unavailable(retry_after_s=_RETRY_AFTER_S) from error
        raise
