"""Signed URLs to read or write one object: AWS Signature Version 4 in the query string.

obstore signs no `response-…` parameters, and without them a link would show whatever type the object says it has; nor
does it sign headers, without which a client could send anything.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit

from fettle.blobs.s3_address import S3Address

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_LONGEST_S: Final = 7 * 24 * 3600
_AT_ONCE_S: Final = 60


def presigned_get(
    address: S3Address, key: str, *, at: datetime, expires_in_s: int, response: Mapping[str, str]
) -> str | None:
    """The URL, at the public endpoint when there is one; None without keys of our own to sign with.

    `response` are the headers that the store is to answer with, such as `content-type`.
    """
    more = {f"response-{name}": value for name, value in response.items()}
    return _presigned("GET", address, key, at, expires_in_s, headers={}, more=more)


def presigned_put(
    address: S3Address, key: str, *, at: datetime, expires_in_s: int, headers: Mapping[str, str]
) -> str | None:
    """The same, to write with; `headers`, in lower case, have to come with it exactly as they are."""
    return _presigned("PUT", address, key, at, expires_in_s, headers=headers, more={})


def presigned(method: str, address: S3Address, key: str, *, at: datetime, query: Mapping[str, str]) -> str | None:
    """The same, for any request that is sent at once; `key` "" is the bucket."""
    return _presigned(method, address, key, at, _AT_ONCE_S, headers={}, more=query)


def _presigned(
    method: str,
    address: S3Address,
    key: str,
    at: datetime,
    expires_in_s: int,
    *,
    headers: Mapping[str, str],
    more: Mapping[str, str],
) -> str | None:
    if not (address.access_key and address.secret_key):
        return None
    base = address.public_endpoint or address.endpoint or f"https://s3.{address.region}.amazonaws.com"
    signed = dict(sorted({**headers, "host": urlsplit(base).netloc}.items()))
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{address.region}/s3/aws4_request"
    query = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{address.access_key}/{scope}",
        "X-Amz-Date": stamp,
        "X-Amz-Expires": str(min(expires_in_s, _LONGEST_S)),
        "X-Amz-SignedHeaders": ";".join(signed),
        **({"X-Amz-Security-Token": address.session_token} if address.session_token else {}),
        **more,
    }
    path = quote(
        "/".join(part for part in (urlsplit(base).path.strip("/"), address.bucket, address.prefix, key) if part)
    )
    encoded = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(query.items()))
    lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
    request = f"{method}\n/{path}\n{encoded}\n{lines}\n{';'.join(signed)}\nUNSIGNED-PAYLOAD"
    to_sign = f"{_ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = _hmac(_signing_key(address.secret_key, scope), to_sign).hex()
    host = base.removesuffix(urlsplit(base).path)
    return f"{host}/{path}?{encoded}&X-Amz-Signature={signature}"


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
