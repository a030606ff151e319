"""Asking an S3 store within a time, and what its failures are called."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from obstore.exceptions import BaseError

from fettle.domain.errors import Unavailable

ANSWER_S: Final = 20.0
_RETRY_AFTER_S: Final = 10


@asynccontextmanager
async def s3_faults(within_s: float | None = ANSWER_S) -> AsyncIterator[None]:
    """Raise Unavailable when the store refuses, fails or does not answer in time.

    A missing object is left to the caller as FileNotFoundError.
    """
    try:
        async with asyncio.timeout(within_s):
            yield
    except (BaseError, TimeoutError) as error:
        raise Unavailable(retry_after_s=_RETRY_AFTER_S) from error


@contextmanager
def missing_bucket() -> Iterator[None]:
    """Where nothing is looked up, "not found" speaks of the bucket: raise Unavailable."""
    try:
        yield
    except FileNotFoundError as error:
        raise Unavailable(retry_after_s=_RETRY_AFTER_S) from error
