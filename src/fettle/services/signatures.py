"""Addresses that carry their own right: signed with a secret of the company, so that nobody can make or change one."""

import hmac
from base64 import urlsafe_b64encode

from fettle.services.ports import Clock, Database


class Signatures:
    """HMAC-SHA256 over a text that says what an address is for, and until when."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._clock = clock

    async def sign(self, company_id: str, text: str) -> str:
        """The signature, of letters, digits, - and _."""
        return _signature(await self._secret(company_id), text)

    async def is_signed(self, company_id: str, text: str, signature: str) -> bool:
        """Whether the signature is the company's for exactly this text."""
        secret = await self._database.peek(lambda tx: tx.link_secrets.find(company_id))
        return secret is not None and hmac.compare_digest(_signature(secret, text).encode(), signature.encode())

    async def _secret(self, company_id: str) -> str:
        found = await self._database.peek(lambda tx: tx.link_secrets.find(company_id))
        if found is not None:
            return found
        fresh, now = self._clock.new_secret(), self._clock.now()
        return await self._database.write(lambda tx: tx.link_secrets.find_or_add(company_id, fresh, now))


def _signature(secret: str, text: str) -> str:
    return urlsafe_b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).rstrip(b"=").decode()
