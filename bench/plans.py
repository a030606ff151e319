"""The requests of each kind of load, built before the clock starts. What varies has a fixed width."""

import json
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import cycle, islice

import msgspec

Request = list[bytes]  # one request as it goes over the wire: head, then the body in as many pieces as it has

BOUNDARY = "----fettle-bench-7b1e3a9c"
MIB = 1024 * 1024


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One run: `requests` requests of one kind over `connections` connections, spread over `orders`."""

    kind: str
    host: str
    port: int
    requests: int
    connections: int
    status: int
    token: str = ""
    user_id: str = ""
    component_id: str = ""
    orders: list[str] = msgspec.field(default_factory=list)
    size_bytes: int = 0
    paths: list[str] = msgspec.field(default_factory=lambda: ["/"])


def requests_of(plan: Plan) -> Iterator[Request]:
    return islice(KINDS[plan.kind](plan), plan.requests)


def head(plan: Plan, method: str, path: str, *lines: str) -> bytes:
    start = [f"{method} {path} HTTP/1.1", f"Host: {plan.host}:{plan.port}", f"Authorization: Bearer {plan.token}"]
    return "\r\n".join([*start, *lines, "", ""]).encode()


def unique() -> str:
    return os.urandom(16).hex()


def with_json(plan: Plan, method: str, path: str, body: dict[str, object]) -> Request:
    content = json.dumps(body).encode()
    lines = ("Content-Type: application/json", f"Content-Length: {len(content)}")
    return [head(plan, method, path, *lines) + content]


def gets(plan: Plan) -> Iterator[Request]:
    return cycle([[head(plan, "GET", path)] for path in plan.paths])


def photos(plan: Plan) -> Iterator[Request]:
    """The second seed's request, each with a key of its own."""
    for order in cycle(plan.orders):
        key = f"photos/{unique()}.jpg"
        body: dict[str, object] = {
            "minioObjectKey": key,
            "cdnUrl": f"https://cdn.example.com/{key}",
            "takenAt": "2025-06-01T10:30:00.000Z",
            "step": "before",
        }
        yield with_json(plan, "POST", f"/v1/work-orders/{order}/photos", body)


def new_orders(plan: Plan) -> Iterator[Request]:
    for number in range(plan.requests):
        body: dict[str, object] = {
            "name": f"bench {number}",
            "component_id": plan.component_id,
            "quantity": 1,
            "created_by_user_id": plan.user_id,
        }
        yield with_json(plan, "POST", "/work-orders", body)


def attachments(plan: Plan, kind: str, fields: Callable[[], list[bytes]]) -> Iterator[Request]:
    """The first seed's request with its bytes: `fields` makes the file, in pieces, anew each time."""
    texts = {"type": kind, "name": "Front view", "added_by_user_id": plan.user_id, "value": "as found"}
    before = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in texts.items()
    )
    media_type = "image/png" if kind == "IMAGE" else "application/octet-stream"
    before += (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; filename="front.png"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    after = f"\r\n--{BOUNDARY}--\r\n".encode()
    for order in cycle(plan.orders):
        pieces = [before.encode(), *fields(), after]
        length = f"Content-Length: {sum(map(len, pieces))}"
        kind_of_body = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
        yield [head(plan, "PUT", f"/work-orders/{order}/attachments", kind_of_body, length) + pieces[0], *pieces[1:]]


def images(plan: Plan) -> Iterator[Request]:
    start, rest = png_of(plan.size_bytes)
    return attachments(plan, "IMAGE", lambda: [start + png_chunk(b"tEXt", b"id\0" + unique().encode()), rest])


def files(plan: Plan) -> Iterator[Request]:
    block = os.urandom(MIB)
    blocks = [block] * (plan.size_bytes // MIB)
    return attachments(plan, "FILE", lambda: [unique().encode(), *blocks])


def raw_files(plan: Plan) -> Iterator[Request]:
    block = os.urandom(MIB)
    length = f"Content-Length: {plan.size_bytes // MIB * MIB}"
    while True:
        yield [head(plan, "PUT", "/raw", length), *[block] * (plan.size_bytes // MIB)]


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_of(size_bytes: int) -> tuple[bytes, bytes]:
    """A real picture of noise, a little under `size_bytes`, cut where a chunk of text can go between."""
    width = 512
    height = size_bytes // (3 * width + 1) - 2
    rows = b"".join(b"\0" + os.urandom(3 * width) for _ in range(height))
    start = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return start, png_chunk(b"IDAT", zlib.compress(rows, 0)) + png_chunk(b"IEND", b"")


KINDS: dict[str, Callable[[Plan], Iterator[Request]]] = {
    "get": gets,
    "photos": photos,
    "orders": new_orders,
    "images": images,
    "files": files,
    "raw": raw_files,
}
