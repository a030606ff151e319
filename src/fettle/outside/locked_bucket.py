"""Checkpoints in an S3 bucket with object lock, where nobody can change or remove them before their time."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit

from fettle.blobs.presign import presigned_get, presigned_put
from fettle.blobs.s3_address import NotAStoreAddress, S3Address, parse_s3_url
from fettle.domain.checkpoint_copies import Fault, file_name
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import from_instant
from fettle.outside.exchange import exchange
from fettle.services.copy_ports import NotCopied

_LINK_LASTS_S: Final = 300
_MODE: Final = "COMPLIANCE"


class LockedBucketTaker:
    """Fulfils `copy_ports.CheckpointTaker`: `<prefix>/<company>/<size>-<root>-<key>.txt`, locked in COMPLIANCE mode.

    Needs the rights to put and get objects and their retention, and none to remove or list any.
    """

    def __init__(self, address: S3Address, retention_days: int) -> None:
        """Copies are locked for so many days from when the checkpoint was made, or is put there when that is later."""
        self._address = address
        self._lasts = timedelta(days=retention_days)

    async def take(self, checkpoint: Checkpoint) -> str:
        """The version of the object that was seen there, with its lock."""
        key = f"{checkpoint.company_id}/{file_name(checkpoint)}"
        version = await self._locked_version(key, checkpoint)
        if version is None:
            await self._put(key, checkpoint)
            version = await self._locked_version(key, checkpoint)
        if version is None:
            raise NotCopied(Fault.NOT_LOCKED)
        return version

    async def _locked_version(self, key: str, checkpoint: Checkpoint) -> str | None:
        """That of the newest object under the key; None unless it is the checkpoint, locked for long enough."""
        url = presigned_get(self._address, key, at=datetime.now(UTC), expires_in_s=_LINK_LASTS_S, response={})
        answer = await exchange("GET", url or "", {})
        wanted = from_instant(checkpoint.made_at).replace(microsecond=0) + self._lasts
        is_locked = answer.headers.get("x-amz-object-lock-mode") == _MODE and _until(answer.headers) >= wanted
        is_ours = answer.status == 200 and answer.body == checkpoint.note.encode()  # noqa: PLR2004 - the whole object
        return answer.headers.get("x-amz-version-id") if is_ours and is_locked else None

    async def _put(self, key: str, checkpoint: Checkpoint) -> None:
        now = datetime.now(UTC)
        until = max(now, from_instant(checkpoint.made_at)) + self._lasts
        headers = _headers(checkpoint.note.encode(), until)
        url = presigned_put(self._address, key, at=now, expires_in_s=_LINK_LASTS_S, headers=headers)
        answer = await exchange("PUT", url or "", headers, checkpoint.note.encode())
        answer.require_success()


def read_locked_bucket(url: str, environment: Mapping[str, str]) -> tuple[S3Address, int]:
    """Read `s3://bucket/prefix?endpoint=…&region=…&retention_days=…`; raises NotAStoreAddress."""
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    days = query.pop("retention_days", [""])[-1]
    address = parse_s3_url(parts._replace(query=urlencode(query, doseq=True)).geturl(), environment)
    if not (address.access_key and address.secret_key):
        raise NotAStoreAddress(
            "The bucket for checkpoints needs an access key: FETTLE_CHECKPOINT_S3_ACCESS_KEY_ID and its secret.",
            "Le bucket des points de contrôle demande une clé d'accès : FETTLE_CHECKPOINT_S3_ACCESS_KEY_ID "
            "et son secret.",
        )
    return address, int(days)


def _headers(content: bytes, until: datetime) -> dict[str, str]:
    """S3 takes an object with a lock only with a checksum of it."""
    return {
        "content-type": "text/plain; charset=utf-8",
        "x-amz-checksum-sha256": b64encode(hashlib.sha256(content).digest()).decode(),
        "x-amz-object-lock-mode": _MODE,
        "x-amz-object-lock-retain-until-date": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _until(headers: Mapping[str, str]) -> datetime:
    """Until when an object is locked; what cannot be read is long past."""
    try:
        return datetime.fromisoformat(headers["x-amz-object-lock-retain-until-date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.min.replace(tzinfo=UTC)
