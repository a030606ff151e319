"""Requests to one server, over connections that are kept open, one for each thread."""

import http.client
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

_TIMEOUT_S: Final = 60
_PAGE: Final = 100
_SUCCESS: Final = range(200, 300)


class NotAServer(Exception):
    """The address is none that a server can be at; the text is the address."""


class Unreachable(Exception):
    """No answer came; the text says why."""


class Refused(Exception):
    """The server's refusal: its status, its code, and its sentence for a person."""

    def __init__(self, status: int, code: str, message: str, retry_after_s: float = 0) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s


class Answer(NamedTuple):
    """Status, headers by their lower-case names, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def data(self) -> Any:
        """What is in the envelope."""
        return json.loads(self.body)["data"]


class Connection:
    """Speaks for one API key. Redirects are not followed, so the key goes to no other server."""

    def __init__(self, url: str, key: str, language: str = "en") -> None:
        """`url` is where the server is, with a path in front where a proxy has one; raises NotAServer."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NotAServer(url)
        self._parts = parts
        self._host, self._port = parts.hostname, _port(url)
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        self._of_thread = threading.local()

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send and wait for the answer; raises Refused for anything but success, Unreachable."""
        wire = self._wire()
        try:
            wire.request(method, self._parts.path.rstrip("/") + path, body, {**self._headers, **(headers or {})})
            answer = wire.getresponse()
            found = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(str(error) or type(error).__name__) from error
        if found.status not in _SUCCESS:
            raise _refused(found)
        return found

    def walk(self, path: str) -> Iterator[Any]:
        """Every item of a list, page by page."""
        query = {"pageSize": str(_PAGE)}
        while True:
            page = json.loads(self.send("GET", f"{path}?{urlencode(query)}").body)
            yield from page["data"]
            if "nextCursor" not in page["meta"]:
                return
            query["cursor"] = page["meta"]["nextCursor"]

    def close(self) -> None:
        """Close this thread's connection; the next request opens another."""
        wire = getattr(self._of_thread, "wire", None)
        self._of_thread.wire = None
        if wire is not None:
            with suppress(OSError):
                wire.close()

    def _wire(self) -> http.client.HTTPConnection:
        wire: http.client.HTTPConnection | None = getattr(self._of_thread, "wire", None)
        if wire is None:
            wire = self._of_thread.wire = self._open()
        return wire

    def _open(self) -> http.client.HTTPConnection:
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(self._host, self._port, timeout=_TIMEOUT_S, context=context)


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        raise NotAServer(url) from None


def _refused(answer: Answer) -> Refused:
    """What the server said; of a proxy in between, which says it in its own way, the status alone."""
    said: Any = None
    with suppress(ValueError):
        said = json.loads(answer.body)
    said = said if isinstance(said, dict) else {}
    retry_after = answer.headers.get("retry-after", "")
    details = "; ".join(f"{each.get('field')}: {each.get('message')}" for each in said.get("details") or [])
    message = " ".join(filter(None, [said.get("message") or f"HTTP {answer.status}", details]))
    wait_s = float(retry_after) if retry_after.isdigit() else 0.0
    return Refused(answer.status, said.get("code") or f"HTTP_{answer.status}", message, wait_s)
