"""A client of the tus protocol written from its specification: creation, offsets, checksums."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping

import httpx

from tests.contracts.pms.client import PmsClient

VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK = {"Content-Type": "application/offset+octet-stream"}


def metadata(**said: str) -> str:
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())


def checksum(content: bytes, algorithm: str = "sha256") -> dict[str, str]:
    return {"Upload-Checksum": f"{algorithm} {b64encode(hashlib.new(algorithm, content).digest()).decode()}"}


class TusClient:
    """Speaks for the credential of another client."""

    def __init__(self, client: PmsClient) -> None:
        self._http = client.http

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> httpx.Response:
        answer = self._http.request(method, path, headers={**VERSION, **(headers or {})}, content=content)
        assert answer.headers["tus-resumable"] == "1.0.0"
        return answer

    def create(self, length: int, content: bytes | None = None, /, **said: str) -> httpx.Response:
        """Creation, with the first bytes when there are any."""
        headers = {"Upload-Length": str(length), "Upload-Metadata": metadata(**said)}
        return self.send("POST", "/v1/uploads", headers | (CHUNK if content is not None else {}), content)

    def begin(self, length: int, /, **said: str) -> str:
        """The path of a fresh upload."""
        answer = self.create(length, **said)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    def append(self, path: str, offset: int, content: bytes, **more: str) -> httpx.Response:
        return self.send("PATCH", path, {**CHUNK, "Upload-Offset": str(offset), **more}, content)

    def offset(self, path: str) -> int:
        answer = self.send("HEAD", path)
        assert answer.status_code == 200, answer.status_code
        assert answer.headers["cache-control"] == "no-store"
        return int(answer.headers["upload-offset"])
