"""One request on its way through: what was sent, who sends it, and what it is about."""

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import parse_qsl

from fettle.domain.errors import NotFound, Unauthenticated
from fettle.domain.people import Caller
from fettle.domain.repeats import Idempotency
from fettle.domain.work_orders import WorkOrder
from fettle.services.bundle import Services
from fettle.services.gate import Intent
from fettle.web.operations import Operation

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_NO_TRACE: Final = "0" * 32


def trace_of(traceparent: str | None) -> str:
    """The W3C trace id that the caller sent, or else one of ours."""
    match = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    return match[1] if match and match[1] != _NO_TRACE else secrets.token_hex(16)


class Incoming:
    """The messages of one request's body, and whether the last of them has been read."""

    __slots__ = ("_receive", "is_over")

    def __init__(self, receive: Receive) -> None:
        """`receive` is ASGI's."""
        self._receive = receive
        self.is_over = False

    async def __call__(self) -> MutableMapping[str, Any]:
        """The next message."""
        message = await self._receive()
        self.is_over = not message.get("more_body", False)
        return message


@dataclass
class Call:
    """A request; `caller` and `order` are there once the guard has passed it."""

    method: str
    path: str
    query_string: bytes
    headers: dict[str, str]
    client: str
    receive: Incoming
    services: Services
    language: str
    operation: Operation | None = None
    params: dict[str, str] = field(default_factory=dict)
    known_caller: Caller | None = None
    known_order: WorkOrder | None = None
    idempotency: Idempotency | None = None
    versions: frozenset[int] | None = None
    scheme: str = "http"
    public_url: str | None = None
    trace_id: str = ""

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters in order, decoded as UTF-8."""
        text = self.query_string.decode("latin-1")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=200) if text else []

    @property
    def base_url(self) -> str:
        """Where clients reach this server: as configured, else as this request reached it; no slash at the end."""
        return self.public_url or f"{self.scheme}://{self.headers.get('host', 'localhost')}"

    @property
    def caller(self) -> Caller:
        """Who is asking; only on operations that need a right."""
        if self.known_caller is None:
            raise Unauthenticated
        return self.known_caller

    @property
    def order(self) -> WorkOrder:
        """The work order of the path, as it was when the guard looked."""
        if self.known_order is None:
            raise NotFound
        return self.known_order

    def intent(self, named_user_id: str | None = None, named_field: str = "user_id") -> Intent:
        """The wish to change something, with this request's caller and conditions."""
        if self.operation is None or self.operation.scope is None:
            raise Unauthenticated
        return Intent(self.caller, self.operation.scope, named_user_id, named_field, self.idempotency, self.versions)
