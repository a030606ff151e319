"""Guessing passwords is slow: attempts are counted before the password is looked at."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fettle.domain.errors import TooMany
from fettle.web.throttle import Throttle

PER_ADDRESS: Final = 60
PER_ACCOUNT: Final = 10
_RETRY_AFTER_S: Final = 60


class SignIns:
    """The failed attempts of the last minute, by the client's address and by the account that was tried."""

    def __init__(self) -> None:
        """One for each app."""
        self._addresses = Throttle(time.monotonic, PER_ADDRESS)
        self._accounts = Throttle(time.monotonic, PER_ACCOUNT)

    @contextmanager
    def attempt(self, address: str, account: str) -> Iterator[None]:
        """Around one attempt: it counts unless it ends well, so that many at once do not slip by.

        Raises TOO_MANY_REQUESTS before the attempt when there have been too many.
        """
        if self._addresses.failed(address) or self._accounts.failed(account):
            raise TooMany(retry_after_s=_RETRY_AFTER_S)
        yield
        self._addresses.take_back(address)
        self._accounts.take_back(account)
