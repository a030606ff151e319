"""Multipart uploads of an S3 store that a crash cut short: no list of objects shows them, and their parts take room.

obstore can neither list nor end them.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from fettle.blobs.presign import presigned
from fettle.blobs.s3_address import S3Address
from fettle.domain.errors import Unavailable
from fettle.domain.instants import Instant, to_instant

_ANSWER_S: Final = 20
_RETRY_AFTER_S: Final = 10
_DONE: Final = frozenset({200, 204, 404})  # 404: somebody else ended it


class Unfinished(NamedTuple):
    """One of them: the whole key, the store's own name for it, and when it was begun."""

    key: str
    upload_id: str
    began_at: Instant


async def end_unfinished(address: S3Address, prefix: str, before: Instant) -> int:
    """Give up those below the prefix that were begun before an instant; how many. Raises Unavailable.

    Without keys of our own to sign with there is no asking: 0.
    """
    if not (address.access_key and address.secret_key):
        return 0
    return await asyncio.to_thread(_end_all, address, prefix, before)


def _end_all(address: S3Address, prefix: str, before: Instant) -> int:
    root = f"{address.prefix}/{prefix}" if address.prefix else prefix
    bucket = replace(address, prefix="", public_endpoint=None)
    old = [each for each in _unfinished(bucket, root) if each.began_at <= before]
    for each in old:
        _send("DELETE", bucket, each.key, uploadId=each.upload_id)
    return len(old)


def _unfinished(bucket: S3Address, prefix: str) -> Iterator[Unfinished]:
    """All of them, page by page."""
    after: dict[str, str] = {}
    while True:
        page = ET.fromstring(_send("GET", bucket, "", uploads="", prefix=prefix, **after))  # noqa: S314 - the store that keeps all our bytes says it
        for each in page.iterfind("{*}Upload"):
            began_at = to_instant(datetime.fromisoformat(_text(each, "Initiated")))
            yield Unfinished(_text(each, "Key"), _text(each, "UploadId"), began_at)
        if _text(page, "IsTruncated") != "true":
            return
        after = {"key-marker": _text(page, "NextKeyMarker"), "upload-id-marker": _text(page, "NextUploadIdMarker")}


def _text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{{*}}{name}") or ""


def _send(method: str, bucket: S3Address, key: str, **query: str) -> bytes:
    parts = urlsplit(presigned(method, bucket, key, at=datetime.now(UTC), query=query) or "")
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    wire = connect(parts.netloc, timeout=_ANSWER_S)
    try:
        wire.request(method, f"{parts.path}?{parts.query}")
        answer = wire.getresponse()
        body = answer.read()
    except (OSError, HTTPException) as error:
        raise Unavailable(retry_after_s=_RETRY_AFTER_S) from error
    finally:
        wire.close()
    if answer.status not in _DONE:
        raise Unavailable(retry_after_s=_RETRY_AFTER_S)
    return body
