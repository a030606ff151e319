"""The ASGI application: every request goes through here, in the order of contract A's checks."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fettle.domain.errors import FettleError, TooLarge
from fettle.domain.limits import MAX_JSON_BYTES
from fettle.services.bundle import Services
from fettle.web.answers import Response, header
from fettle.web.bodies import decode_fields, decode_json, decode_query
from fettle.web.calls import Call, Incoming, Receive, trace_of
from fettle.web.conditions import read_idempotency_key, read_versions, request_fingerprint, without_secrets
from fettle.web.cookies import LANGUAGE, read_cookie
from fettle.web.cors import Cors
from fettle.web.framing import ClientAddress, read_headers, require_sane
from fettle.web.guard import Guard
from fettle.web.language import choose_language
from fettle.web.multipart import Form as SentForm
from fettle.web.multipart import read_form
from fettle.web.observe import Observer
from fettle.web.operations import Form, Operation
from fettle.web.problems import InternalError, problem, status_of
from fettle.web.routing import Router
from fettle.web.throttle import Throttle
from fettle.web.transfer import ClientGone, body_chunks, drain

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
FAILURES_A_MINUTE: Final = 60
_EVERY_ANSWER: Final = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"private, no-cache"))
_NO_CONTENT: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


@dataclass(frozen=True, slots=True)
class WebSettings:
    """What the web room needs to know of the settings."""

    language: str = "en"
    max_upload_bytes: int = 1 << 30
    cors_origins: frozenset[str] = frozenset()
    trusted_proxies: tuple[str, ...] = ()
    public_url: str | None = None


class App:
    """Made once for each process; `lifespan` opens and closes what is behind the services."""

    def __init__(
        self,
        lifespan: Callable[[], AbstractAsyncContextManager[Services]],
        operations: Iterable[Operation],
        settings: WebSettings,
        elapsed_s: Callable[[], float],
        observer: Observer,
        problem_page: Callable[[FettleError, Call], Response] = problem,
    ) -> None:
        """`operations` are those of both dialects, the server's own and the pages; these are refused by their page."""
        self._lifespan = lifespan
        self._settings = settings
        self._router = Router(operations)
        self._guard = Guard(Throttle(elapsed_s, FAILURES_A_MINUTE), settings.max_upload_bytes)
        self._cors = Cors(settings.cors_origins)
        self._addresses = ClientAddress(settings.trusted_proxies)
        self._elapsed_s = elapsed_s
        self._observer = observer
        self._problem_page = problem_page
        self._services: Services | None = None

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """The ASGI entry point."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Whatever fails is told to the server: without an answer it would serve without services."""
        await receive()
        phase = "startup"
        try:
            async with self._lifespan() as self._services:
                await send({"type": "lifespan.startup.complete"})
                phase = "shutdown"
                await receive()
        except Exception as error:
            await send({"type": f"lifespan.{phase}.failed", "message": str(error)})
            raise
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        started = self._elapsed_s()
        call = self._call(scope, receive)
        self._observer.in_progress.inc()
        error: BaseException | None = None
        status, code = 499, None
        try:
            response, error, code = await self._answer(call, scope)
            status = response.status
            await self._send(call, response, send)
        except ClientGone as gone:
            status, error = 499, gone
        except Exception as broken:
            # The answer had begun. Raised again, it leaves the connection cut; the log has what should have been said.
            refused = broken if isinstance(broken, FettleError) else InternalError()
            status, error, code = max(500, status_of(refused)), broken, refused.code
            raise
        finally:
            self._observer.in_progress.dec()
            self._observer.done(call, status, self._elapsed_s() - started, code, error)

    def _call(self, scope: MutableMapping[str, Any], receive: Receive) -> Call:
        if self._services is None:
            message = "a request before the start"
            raise RuntimeError(message)
        peer = (scope.get("client") or ("-", 0))[0]
        return Call(
            scope["method"],
            scope["path"],
            scope["query_string"],
            {},
            peer,
            Incoming(receive),
            self._services,
            self._settings.language,
            scheme=scope["scheme"],
            public_url=self._settings.public_url,
        )

    async def _answer(
        self, call: Call, scope: MutableMapping[str, Any]
    ) -> tuple[Response, BaseException | None, str | None]:
        """The response, what went wrong for the log, and the code of the refusal."""
        try:
            self._frame(call, scope)
            preflight = self._cors.preflight(call.headers) if call.method == "OPTIONS" else None
            if preflight is not None:
                return preflight, None, None
            operation = await self._admit(call)
            return await self._run(call, operation), None, None
        except FettleError as error:
            refused, cause = error, error.__cause__ or error
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the one last catch: whatever it is, the client gets the safe sentence
            refused, cause = InternalError(), error
        call.trace_id = call.trace_id or trace_of(None)
        if _sends_body(call.headers) and not call.receive.is_over:
            await drain(call.receive)
        told = self._problem_page if _is_for_people(call) else problem
        return told(refused, call), cause, refused.code

    def _frame(self, call: Call, scope: MutableMapping[str, Any]) -> None:
        """Read the headers, then judge them, so that even a refusal here knows its language and trace id."""
        call.headers = read_headers(scope["headers"])
        call.trace_id = trace_of(call.headers.get("traceparent"))
        call.client = self._addresses.of(call.client, call.headers.get("x-forwarded-for"))
        wanted = read_cookie(call.headers, LANGUAGE) or call.headers.get("accept-language")
        call.language = choose_language(wanted, self._settings.language)
        require_sane(scope)

    async def _admit(self, call: Call) -> Operation:
        match = self._router.find(call.method, call.path)
        call.operation, call.params = match.operation, match.params
        await self._guard.admit(call, match.operation)
        return match.operation

    async def _run(self, call: Call, operation: Operation) -> Response:
        call.versions = read_versions(call.headers)
        key = read_idempotency_key(call)
        query = () if operation.query is None else (decode_query(call.query, operation.query),)
        if operation.form is not None:
            async with await self._read_form(call, operation.form) as form:
                call.idempotency = request_fingerprint(call, key, form.fingerprint.encode() if key else b"")
                return await operation.handler(call, form, *query)
        if operation.fields is not None:
            fields: Any = decode_fields(await _read_json(call.receive), operation.fields)
            call.idempotency = request_fingerprint(call, key, b"")
            return await operation.handler(call, fields, *query)
        if operation.body is None:
            call.idempotency = request_fingerprint(call, key, b"")
            return await operation.handler(call, *query)
        sent = await _read_json(call.receive)
        body: Any = decode_json(sent, operation.body)
        call.idempotency = request_fingerprint(call, key, without_secrets(sent, operation.body) if key else b"")
        return await operation.handler(call, body, *query)

    async def _read_form(self, call: Call, declared: Form) -> SentForm:
        return await read_form(
            call.headers.get("content-type", ""),
            body_chunks(call.receive),
            call.services.blobs,
            fields=frozenset(declared.fields) | ({"metadata"} if declared.metadata else frozenset()),
            files=declared.files,
            max_file_bytes=self._settings.max_upload_bytes,
        )

    async def _send(self, call: Call, response: Response, send: Send) -> None:
        headers = [*response.headers, (b"x-trace-id", call.trace_id.encode())]
        if "origin" in call.headers:
            headers += self._cors.headers(call.headers["origin"])
        if call.operation is not None:
            headers += call.operation.every_answer
        names = {name for name, _ in headers}
        headers += [each for each in _EVERY_ANSWER if each[0] not in names]
        body = response.body
        if isinstance(body, bytes):
            if response.status not in _NO_CONTENT and b"content-length" not in names:
                headers.append(header("content-length", str(len(body))))
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else body})
        else:
            await send({"type": "http.response.start", "status": response.status, "headers": headers})
            await _stream(call, body, send)


async def _read_json(receive: Receive) -> bytes:
    """The whole body, as long as it may be JSON; raises TOO_LARGE at the exact byte, REQUEST_TIMEOUT, ClientGone."""
    sent = bytearray()
    async for chunk in body_chunks(receive):
        sent += chunk
        if len(sent) > MAX_JSON_BYTES:
            raise TooLarge(max_bytes=MAX_JSON_BYTES)
    return bytes(sent)


def _is_for_people(call: Call) -> bool:
    """Whether a browser waits for a page: of the pages, or at an address where there is nothing."""
    if call.operation is not None:
        return call.operation.is_page
    return call.method == "GET" and "text/html" in call.headers.get("accept", "")


def _sends_body(headers: dict[str, str]) -> bool:
    """Whether a body is on its way; a client that waits for `100 Continue` will not send it after a refusal."""
    if "expect" in headers:
        return False
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


async def _stream(call: Call, chunks: AsyncIterator[bytes], send: Send) -> None:
    """An error on the way leaves the answer cut short: the client must not take a part for the whole."""
    if call.method != "HEAD":
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
