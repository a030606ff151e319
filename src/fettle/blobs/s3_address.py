"""Where an S3 store is, and with which keys it is opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fettle.domain.addresses import is_near
from fettle.domain.sentences import SpokenError

_PARAMETERS: Final = frozenset({"endpoint", "region"})
_DEFAULT_REGION: Final = "us-east-1"


class NotAStoreAddress(SpokenError, ValueError):
    """The blobs URL cannot be understood; the sentence says why."""


@dataclass(frozen=True, slots=True)
class S3Address:
    """A bucket with a prefix ("" or "a/b"), at AWS or at `endpoint`; `public_endpoint` is what links point to."""

    bucket: str
    prefix: str
    region: str
    endpoint: str | None
    public_endpoint: str | None
    access_key: str | None
    secret_key: str | None
    session_token: str | None

    @property
    def is_plain_http(self) -> bool:
        return bool(self.endpoint and self.endpoint.startswith("http://"))


def parse_s3_url(url: str, environment: Mapping[str, str], public_endpoint: str | None = None) -> S3Address:
    """Read `s3://bucket/prefix?endpoint=…&region=…`; keys come from AWS_ACCESS_KEY_ID and its sisters.

    Raises NotAStoreAddress, also for an endpoint that is neither https nor near.
    """
    parts = urlsplit(url)
    query = parse_qs(parts.query, keep_blank_values=True)
    unknown = sorted(set(query) - _PARAMETERS)
    if parts.scheme != "s3" or not parts.hostname or unknown:
        found = ", ".join(unknown) or url
        raise NotAStoreAddress(
            f"expected s3://bucket/prefix?endpoint=…&region=…, unknown: {found}",
            f"adresse attendue : s3://bucket/préfixe?endpoint=…&region=…, inconnu : {found}",
        )
    endpoint = query["endpoint"][-1] if "endpoint" in query else environment.get("AWS_ENDPOINT_URL")
    return S3Address(
        bucket=parts.netloc,
        prefix=parts.path.strip("/"),
        region=query["region"][-1] if "region" in query else environment.get("AWS_REGION", _DEFAULT_REGION),
        endpoint=_checked(endpoint) if endpoint else None,
        public_endpoint=_checked(public_endpoint) if public_endpoint else None,
        access_key=environment.get("AWS_ACCESS_KEY_ID"),
        secret_key=environment.get("AWS_SECRET_ACCESS_KEY"),
        session_token=environment.get("AWS_SESSION_TOKEN"),
    )


def _checked(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    is_plain_near = parts.scheme == "http" and is_near(parts.hostname or "")
    if not parts.hostname or not (parts.scheme == "https" or is_plain_near):
        raise NotAStoreAddress(
            f"an S3 endpoint is https, or http in the own network: {endpoint}",
            f"un endpoint S3 est en https, ou en http dans le réseau local : {endpoint}",
        )
    return endpoint.rstrip("/")
