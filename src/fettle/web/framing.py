"""What is wrong with a request before anybody asks what it wants: its line, its headers, its address."""

from collections.abc import Iterable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any, Final

from fettle.domain.errors import Invalid
from fettle.web.routing import MethodNotAllowed

_MAX_TARGET_BYTES: Final = 32 << 10
_MAX_HEADER_BYTES: Final = 48 << 10
_MAX_HEADERS: Final = 200
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_MUST_BE_ALONE: Final = frozenset({"host", "authorization", "x-api-key", "content-length", "content-type", "if-match"})


def read_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header names in lower case; those that may stand once only raise when they come twice, others are joined.

    Raises HEADERS_TOO_LARGE, and MALFORMED_REQUEST for a request without Host.
    """
    headers: dict[str, str] = {}
    room_bytes, room = _MAX_HEADER_BYTES, _MAX_HEADERS
    for raw_name, raw_value in pairs:
        room_bytes -= len(raw_name) + len(raw_value)
        room -= 1
        if room_bytes < 0 or room < 0:
            raise Invalid("HEADERS_TOO_LARGE")
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name in _MUST_BE_ALONE:
            raise Invalid("MALFORMED_REQUEST")
        else:
            headers[name] = f"{headers[name]}, {value}"
    if not headers.get("host"):  # Granian hands on an empty one when there is none
        raise Invalid("MALFORMED_REQUEST")
    return headers


def require_sane(scope: Mapping[str, Any]) -> None:
    """Raise for an address that is too long, or a method that we never answer."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _MAX_TARGET_BYTES:
        raise Invalid("URI_TOO_LONG")
    if scope["method"] not in _METHODS:
        raise MethodNotAllowed(scope["method"], _METHODS)


class ClientAddress:
    """Who is at the other end, behind proxies that the settings trust (addresses or networks)."""

    def __init__(self, trusted: Iterable[str]) -> None:
        """Raises ValueError for what is neither an address nor a network."""
        self._trusted = [ip_network(text, strict=False) for text in trusted]

    def of(self, peer: str, forwarded_for: str | None) -> str:
        """The peer, or the last address in X-Forwarded-For that no trusted proxy has."""
        address = peer
        if not self._trusted or forwarded_for is None:
            return address
        for hop in reversed(forwarded_for.split(",")):
            if not self._is_trusted(address):
                break
            address = hop.strip()
        return address

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)
