"""Passkeys (WebAuthn): keys that a person's own device holds, and the challenges that they answer."""

import ipaddress
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from fettle.domain.errors import Conflict
from fettle.domain.instants import Instant

CHALLENGE_LASTS_S: Final = 300
MAX_PASSKEYS: Final = 20
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}

Answer = Mapping[str, Any]


class Purpose(StrEnum):
    """What a challenge is for: to register a passkey, or to sign."""

    REGISTER = "register"
    SIGN = "sign"


class Passkey(msgspec.Struct, frozen=True, array_like=True):
    """A person's passkey. `credential_id` and `public_key` (COSE) are base64url.

    `sign_count` is the device's own counter when it was last used.
    """

    id: str
    company_id: str
    user_id: str
    name: str
    credential_id: str
    public_key: str
    sign_count: int
    created_at: Instant
    last_used_at: Instant | None = None


class Challenge(msgspec.Struct, frozen=True, array_like=True):
    """What a device is asked to sign, once: 32 bytes in hex. `subject` is the work order that is signed, else "".

    A newer one of the same person, purpose and subject takes its place.
    """

    user_id: str
    purpose: Purpose
    subject: str
    company_id: str
    nonce: str
    sha256: str
    expires_at: Instant

    def counts_at(self, now: Instant) -> bool:
        """Whether it may still be answered."""
        return now < self.expires_at


class Site(NamedTuple):
    """Where people sign: passkeys are made for this host, and answer on pages of this origin only."""

    host: str
    origin: str


class NewPasskey(NamedTuple):
    """What a device tells of a fresh passkey."""

    credential_id: str
    public_key: str
    sign_count: int


class Assertion(msgspec.Struct, frozen=True):
    """What is kept of a passkey's answer, so that anybody can check it without the server; all of it base64url.

    `public_key` is in DER (SubjectPublicKeyInfo), `algorithm` as COSE numbers it.
    """

    algorithm: int
    authenticator_data: str
    client_data_json: str
    credential_id: str
    public_key: str
    signature: str
    format: str = "fettle-assertion-1"


def site_of(public_url: str | None) -> Site | None:
    """The site of the public address; None where browsers know no passkeys: plain http, or no host name."""
    parts = urlsplit(public_url or "")
    host = (parts.hostname or "").lower()
    is_local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_address(host) or not (parts.scheme == "https" or is_local):
        return None
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return Site(host, f"{parts.scheme}://{host}{port}")


def require_site(site: Site | None) -> Site:
    """Raise PASSKEYS_UNAVAILABLE where there is none."""
    if site is None:
        raise Conflict("PASSKEYS_UNAVAILABLE")
    return site


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
