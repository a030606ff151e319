"""Checkpoints sent to somebody else's server."""

import hmac
from base64 import b64encode

from fettle.domain.canonical import canonical
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import show_instant
from fettle.outside.exchange import exchange


class WebhookTaker:
    """Fulfils `copy_ports.CheckpointTaker`: any 2xx is a yes, after which nothing is known of what became of it."""

    def __init__(self, url: str, secret: str | None) -> None:
        """With a secret, `X-Fettle-Signature` is `sha256=` and the hex HMAC-SHA256 of the body."""
        self._url = url
        self._secret = secret

    async def take(self, checkpoint: Checkpoint) -> None:
        """POST it as JSON; the same may come more than once."""
        body = _body(checkpoint)
        answer = await exchange("POST", self._url, self._headers(body), body)
        answer.require_success()

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self._secret is not None:
            headers["X-Fettle-Signature"] = f"sha256={hmac.digest(self._secret.encode(), body, 'sha256').hex()}"
        return headers


def _body(checkpoint: Checkpoint) -> bytes:
    return canonical(
        {
            "companyId": checkpoint.company_id,
            "size": checkpoint.size,
            "root": b64encode(bytes.fromhex(checkpoint.root)).decode(),
            "madeAt": show_instant(checkpoint.made_at),
            "note": checkpoint.note,
        }
    )
