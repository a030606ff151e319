"""What a photo that goes straight to the bucket costs Fettle: announcing and registering it, whatever its size."""

import json
import os
import statistics
import time
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.options import Options, fettle_alone
from bench.plans import MIB
from bench.servers import HOST, Target
from bench.stores import s3_settings

PNG = b"\x89PNG\r\n\x1a\n"
SMALL, LARGE = 100 << 10, 50 * MIB
PHOTOS = 30


def direct(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with s3_settings() as settings, fettle_alone(options, settings) as target:
        small, large = (median_s(target, size, first) for first, size in ((0, SMALL), (PHOTOS, LARGE)))
        reference = reference_s(target)
    return [
        Figure(
            name="direct upload to S3: announced and registered, 50 MiB beside 100 KiB",
            value=large / small,
            unit="times as long",
            fettle=f"{large * 1000:.1f} and {small * 1000:.1f} ms",
        ),
        Figure(
            name="direct upload to S3: both requests beside two photos by reference",
            value=large / (2 * reference),
            unit="times as long",
            fettle=f"one photo by reference {reference * 1000:.1f} ms",
        ),
    ]


def median_s(target: Target, size: int, first: int) -> float:
    """Seconds that Fettle's two requests take together; what the bucket takes is not counted."""
    content = PNG + os.urandom(size - len(PNG))
    with closing(HTTPConnection(HOST, target.port)) as wire:
        return statistics.median(one_s(wire, target, number, content) for number in range(first, first + PHOTOS // 3))


def one_s(wire: HTTPConnection, target: Target, number: int, content: bytes) -> float:
    order = target.orders[number]
    body = {"fileName": "a.png", "contentType": "image/png", "size": len(content)}
    started = time.perf_counter()
    announced = post(wire, target, f"/v1/work-orders/{order}/photos/uploads", body)
    announcing = time.perf_counter() - started
    put(announced["request"], content)
    started = time.perf_counter()
    named = {name: announced[name] for name in ("minioObjectKey", "cdnUrl")}
    post(wire, target, f"/v1/work-orders/{order}/photos", named | {"takenAt": "2026-04-15T12:00:00Z"})
    registering = time.perf_counter() - started
    wait_until_stored(target, order)
    return announcing + registering


def wait_until_stored(target: Target, order: str) -> None:
    """Reading the object is background work, which is not to be counted with the next photo's requests."""
    for _ in range(600):
        photos, _ = target.get(f"/v1/work-orders/{order}/photos")
        if all(photo["state"] == "stored" for photo in photos["data"]):
            return
        time.sleep(0.1)
    raise MeasurementFailed("the photo was not stored within a minute")


def reference_s(target: Target) -> float:
    with closing(HTTPConnection(HOST, target.port)) as wire:
        seconds = []
        for number in range(PHOTOS):
            body = {"minioObjectKey": f"bench/{number}.jpg", "cdnUrl": "https://cdn.example/1"}
            started = time.perf_counter()
            path = f"/v1/work-orders/{target.orders[number]}/photos"
            post(wire, target, path, body | {"takenAt": "2026-04-15T12:00:00Z"})
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def post(wire: HTTPConnection, target: Target, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {target.token}", "Content-Type": "application/json"}
    wire.request("POST", path, json.dumps(body), headers)
    answer = wire.getresponse()
    said = answer.read()
    if answer.status != 201:  # noqa: PLR2004 - created
        raise MeasurementFailed(f"POST {path}: {answer.status} {said[:300]!r}")
    data: dict[str, Any] = json.loads(said)["data"]
    return data


def put(request: dict[str, Any], content: bytes) -> None:
    parts = urlsplit(request["url"])
    with closing(HTTPConnection(parts.hostname or HOST, parts.port)) as wire:
        wire.request(request["method"], f"{parts.path}?{parts.query}", content, request["headers"])
        answer = wire.getresponse()
        answer.read()
    if answer.status >= 300:  # noqa: PLR2004 - no success
        raise MeasurementFailed(f"the store answered {answer.status}")
