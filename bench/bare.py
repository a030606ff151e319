"""The bare reference: what this machine can do when nothing but the durable work is left.

Granian, one raw ASGI function, SQLite, a streaming multipart parser and SHA-256. No framework, no
rules, no look-ups, no log. As durable as Fettle: file, then row, then answer.
Run as `python -m bench.bare PORT FOLDER`; Fettle's figures are given as a share of this.
"""

import os
import random
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from multipart import MultipartSegment, PushMultipartParser, parse_options_header  # type: ignore[import-untyped]  # ships no types

from bench.bare_files import IncomingFile, Stored
from bench.bare_rows import Row, Rows

FOLDER = "BENCH_BARE_FOLDER"
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Photo(msgspec.Struct):
    minioObjectKey: str  # noqa: N815  # the seed's spelling
    cdnUrl: str  # noqa: N815  # the seed's spelling
    takenAt: str  # noqa: N815  # the seed's spelling
    step: str | None = None


class Bare:
    """Everything the function below needs, made in the worker process at its first request."""

    def __init__(self, folder: Path) -> None:
        self.files = folder / "files"
        self.files.mkdir()
        self.rows = Rows(folder / "bare.db")
        self.threads = ThreadPoolExecutor(8)
        self.photo = msgspec.json.Decoder(Photo).decode

    def new_file(self) -> IncomingFile:
        return IncomingFile(self.files, self.threads)


@cache
def bare() -> Bare:
    return Bare(Path(os.environ[FOLDER]))


async def app(scope: Message, receive: Receive, send: Send) -> None:
    path: list[str] = scope["path"].split("/")
    match scope["method"], path[1:]:
        case "POST", ["v1", "work-orders", order, "photos"]:
            await register_photo(order, receive, send)
        case "PUT", ["work-orders", order, "attachments"]:
            await attach(order, scope, receive, send)
        case "PUT", ["raw"]:
            await put_raw(receive, send)
        case "GET", ["livez"]:
            await answer(send, 200, b"{}")
        case _:
            await answer(send, 404, b"{}")


async def register_photo(order: str, receive: Receive, send: Send) -> None:
    content = b"".join([chunk async for chunk in body(receive)])
    photo = bare().photo(content)
    now = time.time_ns()
    key = photo.minioObjectKey
    evidence: Row = (new_id(), order, "PHOTO", key, photo.cdnUrl, photo.takenAt, photo.step, None, None, now)
    await bare().rows.add(evidence, activity_row(order, now))
    await answer(send, 201, b'{"data":{"workOrderId":"%b","status":"DRAFT"}}' % order.encode())


async def attach(order: str, scope: Message, receive: Receive, send: Send) -> None:
    stored, fields = await read_form(scope, receive)
    now = time.time_ns()
    name, digest, size = stored.name, stored.sha256, stored.size
    evidence: Row = (new_id(), order, fields["type"], name, None, None, fields["name"], digest, size, now)
    await bare().rows.add(evidence, activity_row(order, now))
    await answer(send, 200, work_order(order, stored, fields))


async def put_raw(receive: Receive, send: Send) -> None:
    """The same file without a form around it, to show what the multipart parser costs."""
    file = bare().new_file()
    async for chunk in body(receive):
        await file.add(chunk)
    stored = await file.finish()
    await answer(send, 200, msgspec.json.encode(stored._asdict()))


async def read_form(scope: Message, receive: Receive) -> tuple[Stored, dict[str, str]]:
    parser = PushMultipartParser(boundary_of(scope))
    file, fields, name = bare().new_file(), dict[str, str](), ""
    async for chunk in body(receive):
        for event in parser.parse(chunk):
            if isinstance(event, MultipartSegment):
                name = event.name
            elif event and name == "attachment":
                await file.add(bytes(event))
            elif event:
                fields[name] = fields.get(name, "") + event.decode()
    parser.close()
    return await file.finish(), fields


def boundary_of(scope: Message) -> str:
    content_type = next(value for name, value in scope["headers"] if name == b"content-type")
    boundary: str = parse_options_header(content_type.decode("latin-1"))[1]["boundary"]
    return boundary


async def body(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("the client hung up before the end of its request")
        yield message["body"]
        more = message["more_body"]


async def answer(send: Send, status: int, content: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def activity_row(order: str, now: int) -> Row:
    return (new_id(), order, "EVIDENCE_ADDED", "Evidence added", "{}", now)


def work_order(order: str, stored: Stored, fields: dict[str, str]) -> bytes:
    """The first seed's answer, as far as a server without look-ups can know it."""
    user = fields["added_by_user_id"]
    attachment = {
        "dataset_id": user,
        "value": fields.get("value", ""),
        "file_name": stored.name,
        "added_at": "2025-01-01T00:00:00.000Z",
        "added_by_user_id": user,
        "is_deleted": False,
    }
    return msgspec.json.encode({"id": order, "name": fields["name"], "status": "DRAFT", "attachments": [attachment]})


def new_id() -> str:
    """A UUID that begins with the time, so that rows are appended and not spread over the whole table."""
    return str(uuid.UUID(int=time.time_ns() // 1_000_000 << 80 | 7 << 76 | 2 << 62 | random.getrandbits(62)))


def main() -> None:
    port, folder = sys.argv[1:]
    os.environ[FOLDER] = folder
    server = Granian(
        "bench.bare:app",
        port=int(port),
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=1024 * 1024),
        websockets=False,
        log_enabled=False,
    )
    server.serve()


if __name__ == "__main__":
    main()
