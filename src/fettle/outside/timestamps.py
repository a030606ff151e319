"""Checkpoints stamped by a time-stamping authority: RFC 3161 over HTTP."""

import asyncio
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fettle.domain.checkpoint_copies import Fault
from fettle.domain.checkpoints import Checkpoint
from fettle.outside.certificate_order import with_sorted_certificates
from fettle.outside.exchange import exchange
from fettle.services.copy_ports import NotCopied

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampRequest

_GRANTED: Final = 0
_HEADERS: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class TimestampTaker:
    """Fulfils `copy_ports.CheckpointTaker`: the SHA-256 of the whole note goes out, a signed time comes back."""

    def __init__(self, url: str, roots: Path) -> None:
        """`roots` is a PEM file with the certificates that the authority's has to come from."""
        self._url = url
        self._roots = roots

    async def take(self, checkpoint: Checkpoint) -> str:
        """The token (DER, in base64), once it is known to be right."""
        content = checkpoint.note.encode()
        request = _request(content)
        answer = await exchange("POST", self._url, _HEADERS, request.as_bytes())
        answer.require_success()
        token = await asyncio.to_thread(self._verified, answer.body, request, content)
        return b64encode(token).decode()

    def _verified(self, reply: bytes, request: "TimeStampRequest", content: bytes) -> bytes:
        """The token of a reply that stamps this content, answers this request, and comes from one of the roots."""
        from rfc3161_client import (  # noqa: PLC0415 - 30 ms of a start
            VerificationError,
            VerifierBuilder,
            decode_timestamp_response,
        )

        builder = VerifierBuilder.from_request(request)
        for root in _certificates(self._roots):
            builder = builder.add_root_certificate(root)
        try:
            found = decode_timestamp_response(with_sorted_certificates(reply))
            if found.status != _GRANTED:
                raise NotCopied(Fault.REFUSED, f"status {found.status}: {found.status_string}")
            builder.build().verify_message(found, content)
            return found.time_stamp_token()
        except VerificationError as error:
            raise NotCopied(Fault.NOT_PROVEN, str(error)) from error
        except ValueError as error:
            raise NotCopied(Fault.NOT_UNDERSTOOD, str(error)) from error


def _certificates(path: Path) -> "list[Certificate]":
    """Those in the file now: it may have been brought up to date."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - 30 ms of a start

    try:
        return load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise NotCopied(Fault.NOT_PROVEN, str(error)) from error


def _request(content: bytes) -> "TimeStampRequest":
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - 30 ms of a start

    builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()
