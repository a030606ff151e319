"""A large file in parts, by tus, beside the same file in one PUT: the price of being able to go on."""

import os
import statistics
import time
from base64 import b64encode
from contextlib import closing
from http.client import HTTPConnection

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.options import Options, fettle_alone
from bench.plans import BOUNDARY, MIB
from bench.servers import HOST, Target

FILE_BYTES = 100 * MIB
PART_BYTES = 5 * MIB
GOAL = 0.80
# The disk is not as fast one moment as the next: short rounds, many of them.
ROUNDS = 4


def resumable(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    content = os.urandom(FILE_BYTES)
    with fettle_alone(options, {}) as target:
        orders = iter(target.orders)
        pairs = [
            (put_s(target, next(orders), content), parts_s(target, next(orders), content))
            for _ in range(ROUNDS * options.rounds() + 1)
        ][1:]
    one, many = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    return [
        Figure(
            name="100 MiB by tus, in parts of 5 MiB",
            value=one / many,
            unit="of one PUT",
            goal=GOAL,
            fettle=f"{FILE_BYTES / many / 1e6:.0f} MB/s, one PUT {FILE_BYTES / one / 1e6:.0f} MB/s",
        )
    ]


def put_s(target: Target, order: str, content: bytes) -> float:
    """One attachment by multipart, as contract A has it."""
    fields = {"type": "FILE", "name": "bench", "added_by_user_id": target.user_id}
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; filename="a.bin"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with closing(HTTPConnection(HOST, target.port)) as wire:
        started = time.perf_counter()
        send(wire, target, "PUT", f"/work-orders/{order}/attachments", headers, body)
        return time.perf_counter() - started


def parts_s(target: Target, order: str, content: bytes) -> float:
    """The same bytes: begun, then added part by part on one connection."""
    said = {"workOrderId": order, "kind": "file", "filename": "a.bin"}
    metadata = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in said.items())
    parts = [content[start : start + PART_BYTES] for start in range(0, len(content), PART_BYTES)]
    with closing(HTTPConnection(HOST, target.port)) as wire:
        started = time.perf_counter()
        begun = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata}
        path = send(wire, target, "POST", "/v1/uploads", begun, b"")["location"]
        for number, part in enumerate(parts):
            headers = {"Upload-Offset": str(number * PART_BYTES), "Content-Type": "application/offset+octet-stream"}
            answered = send(wire, target, "PATCH", path, headers, part)
        seconds = time.perf_counter() - started
    if "fettle-evidence-id" not in answered:
        raise MeasurementFailed("the upload has become no evidence")
    return seconds


def send(
    wire: HTTPConnection, target: Target, method: str, path: str, headers: dict[str, str], body: bytes
) -> dict[str, str]:
    """The headers of the answer."""
    credential = {"Authorization": f"Bearer {target.token}", "Tus-Resumable": "1.0.0"}
    wire.request(method, path, body, credential | headers)
    answer = wire.getresponse()
    said = answer.read()
    if answer.status >= 300:  # noqa: PLR2004  # no success
        raise MeasurementFailed(f"{method} {path}: {answer.status} {said[:300]!r}")
    return {name.lower(): value for name, value in answer.getheaders()}
