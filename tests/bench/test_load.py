"""The load generator knows where an answer ends, and sends pictures that are pictures."""

import struct
import zlib
from typing import Literal

import pytest

from bench.figures import Figure
from bench.load import is_whole
from bench.pages import linked_path
from bench.plans import Plan, images, png_of


@pytest.mark.parametrize(
    ("received", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{", False),
        (b"HTTP/1.1 200 OK\r\ncontent-len", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
    ],
)
def test_where_an_answer_ends(received: bytes, *, whole: bool) -> None:
    assert is_whole(received) is whole


def test_the_picture_holds_all_its_pixels() -> None:
    start, rest = png_of(100_000)
    width, height = struct.unpack(">II", start[16:24])
    (length,) = struct.unpack(">I", rest[:4])
    assert len(zlib.decompress(rest[8 : 8 + length])) == height * (1 + 3 * width)


def test_no_two_pictures_are_the_same_and_the_length_is_true() -> None:
    plan = Plan(
        kind="images", host="h", port=1, requests=2, connections=1, status=200, orders=["a"], size_bytes=100_000
    )
    made = images(plan)
    first, second = b"".join(next(made)), b"".join(next(made))
    head, _, body = first.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert first != second
    assert len(first) == len(second)


def test_whether_a_goal_is_reached() -> None:
    def is_reached(value: float, direction: Literal["at least", "at most"]) -> bool | None:
        return Figure(name="f", value=value, unit="s", goal=0.4, direction=direction).is_reached

    assert is_reached(0.5, "at least")
    assert not is_reached(0.3, "at least")
    assert is_reached(0.3, "at most")
    assert not is_reached(0.5, "at most")


def test_the_next_page_by_its_link() -> None:
    link = {"Link": '</work-orders?limit=50&cursor=abc>; rel="next"'}
    assert linked_path("/work-orders?limit=50", link) == "/work-orders?limit=50&cursor=abc"
