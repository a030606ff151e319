"""One file to one work order: resumed after every interruption, and never there twice (tus 1.0.0)."""

import hashlib
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, Final, NamedTuple

from fettle.client.connection import Answer, Connection, Refused, Unreachable

_VERSION: Final = {"Tus-Resumable": "1.0.0"}
_BYTES: Final = {"Content-Type": "application/offset+octet-stream"}
# What is smaller goes in one request; what is larger in parts, so that little is sent twice.
_PART_BYTES: Final = 8 << 20
_HASHED_AT_ONCE: Final = 1 << 20
_WAITS_S: Final = (0.5, 1, 2, 4, 8, 15, 30)
_NEW_KEY: Final = frozenset({404, 410})
_WORTH_WAITING: Final = frozenset({409, 423, 429, 500, 502, 503, 504})
_CODES_TO_WAIT_FOR: Final = frozenset({"UPLOAD_OFFSET", "UPLOAD_BUSY"})


class Stopped(Exception):
    """The person at the keyboard has had enough; what was sent stays."""


class Changed(Exception):
    """The file is no longer what it was when it was begun."""


class Wanted(NamedTuple):
    """Which file becomes what; `metadata` is tus's own, without work order, file name and hash.

    `again` makes it another upload, whatever an earlier run sent.
    """

    path: Path
    work_order_id: str
    kind: str
    metadata: dict[str, str]
    again: bool = False


class Sent(NamedTuple):
    """The entry that a file became, and its SHA-256; `was_there` when an earlier run had sent it."""

    evidence_id: str
    sha256: str
    was_there: bool


class _Patience:
    """How long is waited for a file of which nothing arrives: after each failure longer than after the one before."""

    def __init__(self, stopping: threading.Event, patience_s: float) -> None:
        self._stopping = stopping
        self._patience_s = patience_s
        self.renew()

    def renew(self) -> None:
        """Something arrived."""
        self._until_s, self._failures = time.monotonic() + self._patience_s, 0

    def ask(self, request: Callable[[], Answer]) -> Answer:
        """Ask again as long as the reason may pass; raises what failed last, Stopped."""
        while True:
            self.wait(0)
            try:
                return request()
            except (Unreachable, Refused) as failed:
                self.bear(failed)

    def bear(self, failed: Unreachable | Refused) -> None:
        """Wait until it is worth trying again; raises `failed` where it is not, or no more, and Stopped."""
        wait_s = _WAITS_S[min(self._failures, len(_WAITS_S) - 1)]
        if isinstance(failed, Refused):
            wait_s = max(wait_s, failed.retry_after_s)
        if not _is_passing(failed) or time.monotonic() + wait_s > self._until_s:
            raise failed
        self._failures += 1
        self.wait(wait_s)

    def wait(self, seconds: float) -> None:
        """Raises Stopped."""
        if self._stopping.wait(seconds):
            raise Stopped


class Uploads:
    """Safe to be used by several threads; `stopping` ends them all between two requests."""

    def __init__(self, connection: Connection, stopping: threading.Event, patience_s: float = 300) -> None:
        """A file fails after `patience_s` in which nothing of it arrived."""
        self._connection = connection
        self._stopping = stopping
        self._patience_s = patience_s

    def send(self, wanted: Wanted, sha256: str, told: Callable[[int], None]) -> Sent:
        """Send a file, and wait until it is evidence; `told` hears how many of its bytes are there.

        Raises Refused, Unreachable after `patience_s`, Changed, Stopped, OSError.
        """
        size = wanted.path.stat().st_size
        metadata = {**wanted.metadata, "workOrderId": wanted.work_order_id, "kind": wanted.kind}
        written = write_metadata({**metadata, "filename": wanted.path.name, "sha256": sha256})
        key = token_hex() if wanted.again else hashlib.sha256(f"{size} {written}".encode()).hexdigest()
        patience = _Patience(self._stopping, self._patience_s)
        with wanted.path.open("rb") as file:
            whole = file.read(size) if size <= _PART_BYTES else None
            headers = {**_VERSION, "Upload-Length": str(size), "Upload-Metadata": written}
            begun = self._begin(patience, wanted, headers, key, whole)
            answer = self._send_rest(patience, file, begun, told)
        told(size)
        return Sent(answer.headers["fettle-evidence-id"], sha256, _is_repeat(begun))

    def _send_rest(self, patience: _Patience, file: BinaryIO, begun: Answer, told: Callable[[int], None]) -> Answer:
        """Send part after part until the file is evidence."""
        answer, path, highest = begun, begun.headers["location"], 0
        while "fettle-evidence-id" not in answer.headers:
            offset = int(answer.headers["upload-offset"])
            if offset > highest:
                highest = offset
                patience.renew()
            told(offset)
            file.seek(offset)
            part = file.read(_PART_BYTES)
            if not part:
                raise Changed(file.name)
            answer = self._append(patience, path, offset, part)
        return answer

    def _begin(
        self, patience: _Patience, wanted: Wanted, headers: dict[str, str], key: str, whole: bytes | None
    ) -> Answer:
        """Begin, or find what an earlier run began: the same file to the same place has the same key."""
        headers = headers | (_BYTES if whole is not None else {})
        attempt = 0
        while True:
            own = headers | {"Idempotency-Key": f"{key}-{attempt}" if attempt else key}
            try:
                begun = patience.ask(partial(self._connection.send, "POST", "/v1/uploads", own, whole))
                if not _is_repeat(begun) or self._is_stored(patience, wanted, begun.headers["fettle-evidence-id"]):
                    return begun
            except Refused as refused:
                # What was begun under this key expired or was given up.
                if refused.status not in _NEW_KEY or refused.code == "WORK_ORDER_NOT_FOUND" or attempt > len(_WAITS_S):
                    raise
            attempt += 1

    def _is_stored(self, patience: _Patience, wanted: Wanted, evidence_id: str) -> bool:
        """Whether what an earlier run sent is there still: neither deleted nor damaged since."""
        kind = "photos" if wanted.kind == "photo" else "attachments"
        path = f"/v1/work-orders/{wanted.work_order_id}/{kind}/{evidence_id}"
        entry = patience.ask(partial(self._connection.send, "GET", path)).data()
        return bool(entry["state"] == "stored")

    def _append(self, patience: _Patience, path: str, offset: int, part: bytes) -> Answer:
        """Add a part; after a failure the answer says where the upload stands."""
        headers = {**_VERSION, **_BYTES, "Upload-Offset": str(offset)}
        try:
            return self._connection.send("PATCH", path, headers, part)
        except (Unreachable, Refused) as failed:
            patience.bear(failed)
            return patience.ask(lambda: self._connection.send("HEAD", path, _VERSION))


def hash_file(path: Path, stopping: threading.Event) -> str:
    """The SHA-256 in hex; raises Stopped, OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_HASHED_AT_ONCE):
            if stopping.is_set():
                raise Stopped
            digest.update(chunk)
    return digest.hexdigest()


def write_metadata(said: dict[str, str]) -> str:
    """Upload-Metadata: each value in base64."""
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in sorted(said.items()) if value)


def _is_repeat(begun: Answer) -> bool:
    """Whether an earlier run had made evidence of it already."""
    return begun.headers.get("fettle-replayed") == "true" and "fettle-evidence-id" in begun.headers


def _is_passing(failed: Unreachable | Refused) -> bool:
    """Whether it may help to wait: a server that starts, a lock, a limit in time; never what a person has to mend."""
    if isinstance(failed, Unreachable):
        return True
    if failed.status == 409:  # noqa: PLR2004 - a conflict
        return failed.code in _CODES_TO_WAIT_FOR
    return failed.status in _WORTH_WAITING
