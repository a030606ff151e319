"""What is refused of a form, how it is named, and that it costs nothing."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.domain.errors import Detail, FettleError, Invalid, TooLarge, Unsupported
from fettle.domain.messages import detail_of, sentence_of
from fettle.web.multipart import Form, read_form
from fettle.web.transfer import ClientGone
from tests.web.forms import BOUNDARY, CONTENT_TYPE, form, part, pieces

FIELDS = frozenset({"type", "name", "value", "metadata"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DiskBlobs]:
    """Nothing that was refused leaves a file behind."""
    blobs = DiskBlobs(tmp_path)
    yield blobs
    assert list(tmp_path.glob("tmp/*/*")) == []
    blobs.close()


async def read(
    store: DiskBlobs, chunks: AsyncIterator[bytes], content_type: str = CONTENT_TYPE, max_file_bytes: int = 1 << 20
) -> Form:
    files = frozenset({"attachment"})
    return await read_form(content_type, chunks, store, fields=FIELDS, files=files, max_file_bytes=max_file_bytes)


async def refusal(store: DiskBlobs, body: bytes, content_type: str = CONTENT_TYPE) -> FettleError:
    with pytest.raises(FettleError) as caught:
        await read(store, pieces(body), content_type)
    for language in ("en", "fr"):
        assert sentence_of(caught.value, language)
        assert all(detail_of(detail, language) for detail in caught.value.details)
    return caught.value


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "", "multipart/mixed; boundary=x", "text/plain", "multipart/form-data2; boundary=x"],
)
async def test_what_is_no_form_is_unsupported(store: DiskBlobs, content_type: str) -> None:
    error = await refusal(store, form(part("name", "a")), content_type)
    assert isinstance(error, Unsupported)


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data;",
        "multipart/form-data; charset=utf-8",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
    ],
)
async def test_no_boundary_is_told_apart(store: DiskBlobs, content_type: str) -> None:
    error = await refusal(store, form(part("name", "a")), content_type)
    assert (type(error), error.code) == (Invalid, "MULTIPART_BOUNDARY_MISSING")


@pytest.mark.parametrize("boundary", ["b" * 71, "b" * 300, '"a\\\nb"', "é"])
async def test_a_boundary_that_cannot_be_one_is_refused(store: DiskBlobs, boundary: str) -> None:
    error = await refusal(store, form(part("name", "a")), f"multipart/form-data; boundary={boundary}")
    assert error.code == "MULTIPART_INVALID"
    assert error.details[0].field == "Content-Type"


WHOLE = form(part("type", "IMAGE"), part("attachment", b"a" * 5000, "a.jpg"))


@pytest.mark.parametrize("length", [0, 5, 40, 100, 200, 3000, len(WHOLE) - 20, len(WHOLE) - 4])
async def test_a_truncated_body_is_refused(store: DiskBlobs, length: int) -> None:
    error = await refusal(store, WHOLE[:length])
    assert error.code == "MULTIPART_INVALID"
    assert error.details == (Detail("body", "truncated"),)


@pytest.mark.parametrize(
    "body",
    [
        form(part("name", "a"), boundary="another"),
        form(b"no headers at all\r\n\r\n"),
        form(b"Content-Type: text/plain\r\n\r\na"),
        form(b'Content-Disposition: attachment; name="name"\r\n\r\na'),
        form(part("name", "a")).replace(b"\r\n", b"\n"),
        b'{"type": "IMAGE"}',
    ],
)
async def test_a_malformed_body_is_refused(store: DiskBlobs, body: bytes) -> None:
    assert (await refusal(store, body)).code == "MULTIPART_INVALID"


MIXED = "Content-Type: multipart/mixed; boundary=inner"


@pytest.mark.parametrize(
    ("body", "code", "detail"),
    [
        (form(part("other", "a")), "INVALID_BODY", Detail("other", "unknown_field")),
        (form(part("other", b"a", "a.jpg")), "INVALID_BODY", Detail("other", "unknown_field")),
        (form(part("", "a", disposition="form-data")), "INVALID_BODY", Detail("", "unknown_field")),
        (form(part("name", "a"), part("name", "a")), "INVALID_BODY", Detail("name", "twice")),
        (
            form(part("attachment", "a", "a"), part("attachment", "b", "b")),
            "INVALID_BODY",
            Detail("attachment", "twice"),
        ),
        (form(part("attachment", "", "a.jpg")), "INVALID_BODY", Detail("attachment", "empty_file")),
        (form(part("name", b"\xe9t\xe9")), "INVALID_BODY", Detail("name", "encoding")),
        (form(part("name", "a\0b")), "INVALID_BODY", Detail("name", "nul")),
        (
            form(part("name", "a", None, "Content-Type: text/plain; charset=punycode")),
            "INVALID_BODY",
            Detail("name", "charset", {"charset": "punycode"}),
        ),
        (form(part("attachment", "a", "a", MIXED)), "MULTIPART_INVALID", Detail("attachment", "transfer_encoding")),
        (
            form(part("attachment", "YQ==", "a", "Content-Transfer-Encoding: BASE64")),
            "MULTIPART_INVALID",
            Detail("attachment", "transfer_encoding"),
        ),
        (
            form(part("name", "=C3=A9", None, "Content-Transfer-Encoding: quoted-printable")),
            "MULTIPART_INVALID",
            Detail("name", "transfer_encoding"),
        ),
    ],
)
async def test_a_part_that_is_not_taken_is_named(store: DiskBlobs, body: bytes, code: str, detail: Detail) -> None:
    error = await refusal(store, body)
    assert (error.code, error.details) == (code, (detail,))


@pytest.mark.parametrize("size", [1, 700, 65_536])
async def test_one_byte_over_the_limit_is_too_large(store: DiskBlobs, size: int) -> None:
    body = form(part("attachment", b"a" * 1001, "a"))
    with pytest.raises(TooLarge) as caught:
        await read(store, pieces(body, size), max_file_bytes=1000)
    assert caught.value.params == {"max_bytes": 1000}


PADDED = [part("name", "a", None, *(f"X-{index}: a" for index in range(100)))]
COSTLY = {
    "hundreds of fields": form(*(part(f"field{index}", "a") for index in range(500))),
    "a long text": form(part("value", "a" * 2_000_000)),
    "long texts": form(*(part(name, "a" * 1_000_000) for name in ("type", "name", "value"))),
    "a hundred headers": form(*PADDED),
    "a long header": form(part("name", "a", None, "X-Long: " + "a" * 1_000_000)),
    "a long file name": form(part("attachment", "a", "a" * 1_000_000)),
    "a preamble": b"a" * 10_000_000 + b"\r\n" + form(part("name", "a")),
    "a preamble of lines": b"\r\n" * 5_000_000 + form(part("name", "a")),
    "half delimiters": b"\r\n--" * 2_500_000 + form(part("name", "a")),
    "an epilogue": form(part("name", "a")) + b"a" * 10_000_000,
    "quoted names": form(part("name", "a", None, disposition='form-data; name="' + '\\"' * 1900)),
}


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY)
@pytest.mark.parametrize("size", [4096, 65_536])
async def test_a_costly_body_is_refused_for_little(store: DiskBlobs, body: bytes, size: int) -> None:
    chunks = pieces([body[start : start + size] for start in range(0, len(body), size)])
    started = time.thread_time()
    with pytest.raises((Invalid, TooLarge)):
        await read(store, chunks)
    assert time.thread_time() - started < 0.05


async def test_nothing_is_read_on_after_a_refusal(store: DiskBlobs) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield form(part("other", "a"))
        pytest.fail("read on")

    with pytest.raises(Invalid):
        await read(store, chunks())


@pytest.mark.parametrize("gone", [ClientGone(), Invalid("REQUEST_TIMEOUT")])
async def test_a_client_that_goes_away_leaves_nothing(store: DiskBlobs, gone: Exception) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield f"--{BOUNDARY}\r\n".encode() + part("attachment", b"a" * (3 << 20), "a")
        raise gone

    with pytest.raises(type(gone)):
        await read(store, chunks(), max_file_bytes=1 << 30)
