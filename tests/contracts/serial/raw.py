"""Requests byte by byte over a real socket, for what no HTTP library would send."""

import json
import socket
from http.client import HTTPResponse
from typing import Any, NamedTuple

from tests.serving import FettleServer


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RawClient:
    """Sends what it is given, with the credential of `token`."""

    def __init__(self, server: FettleServer, token: str) -> None:
        self._address = ("127.0.0.1", server.port)
        self._token = token

    def put(self, path: str, content_type: str, body: bytes, *lines: str) -> Answer:
        """PUT with this Content-Type to the letter; `lines` are further header lines."""
        length = () if any("transfer-encoding" in line.lower() for line in lines) else (f"Content-Length: {len(body)}",)
        head = "\r\n".join(
            [
                f"PUT {path} HTTP/1.1",
                "Host: fettle.example",
                f"Authorization: Bearer {self._token}",
                f"Content-Type: {content_type}",
                *length,
                *lines,
            ]
        )
        return self.send(head.encode("latin-1") + b"\r\n\r\n" + body)

    def send(self, request: bytes) -> Answer:
        with socket.create_connection(self._address, timeout=30) as connection:
            connection.sendall(request)
            response = HTTPResponse(connection)
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())


def part(headers: str, content: bytes) -> bytes:
    """One part of a form, without its boundary line."""
    return headers.encode("latin-1") + b"\r\n\r\n" + content


def form(boundary: str, *parts: bytes) -> bytes:
    """The whole body."""
    line = f"--{boundary}".encode()
    return b"".join(line + b"\r\n" + content + b"\r\n" for content in parts) + line + b"--\r\n"


def field(name: str, text: str) -> bytes:
    return part(f'Content-Disposition: form-data; name="{name}"', text.encode())
