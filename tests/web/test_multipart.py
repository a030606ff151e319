"""What real clients send, all of it taken (contract A)."""

import hashlib
from pathlib import Path

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.blobs.memory import MemoryBlobs
from fettle.web.multipart import Form, read_form
from tests.web.forms import BOUNDARY, CONTENT_TYPE, form, part, pieces

FIELDS = frozenset({"type", "name", "value", "file_name", "added_by_user_id", "metadata"})
JPEG = b"\xff\xd8\xff\xe0 a picture \r\n--not the boundary\r\n" * 100
LARGE = 1 << 30


async def read(body: bytes, content_type: str = CONTENT_TYPE, size: int = 65_536) -> Form:
    return await read_form(
        content_type,
        pieces(body, size),
        MemoryBlobs(),
        fields=FIELDS,
        files=frozenset({"attachment"}),
        max_file_bytes=LARGE,
    )


async def sent_name(disposition: str) -> str | None:
    read_back = await read(form(part("", JPEG, disposition=disposition)))
    return read_back.files["attachment"].file_name


WHOLE = form(
    part("metadata", '{"type": "IMAGE"}', None, "Content-Type: application/json"),
    part("attachment", JPEG, "photo.jpg", "Content-Type: image/jpeg"),
    part("value", "Révision"),
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 61, 100, 4096, 1 << 20])
async def test_reads_texts_and_a_file_however_they_are_cut(size: int) -> None:
    async with await read(WHOLE, size=size) as found:
        assert found.fields == {"metadata": '{"type": "IMAGE"}', "value": "Révision"}
        file = found.files["attachment"]
        assert (file.file_name, file.content_type, file.spool.size) == ("photo.jpg", "image/jpeg", len(JPEG))
        assert file.spool.sha256 == hashlib.sha256(JPEG).hexdigest()


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=x", "x"),
        ("Multipart/Form-Data;BOUNDARY=x", "x"),
        ("multipart/form-data; charset=utf-8; boundary=x", "x"),
        ('multipart/form-data; charset="utf-8"; boundary="x"; more=1', "x"),
        ("multipart/form-data; boundary=+++", "+++"),
        ('multipart/form-data; boundary="----=_Part_1_2.3 4:5/6"', "----=_Part_1_2.3 4:5/6"),
        ("multipart/form-data; boundary=----=_Part_1(2)'3'?4,5/6:7", "----=_Part_1(2)'3'?4,5/6:7"),
        ("multipart/form-data ; boundary = x", "x"),
        (f"multipart/form-data; boundary={'b' * 70}", "b" * 70),
        ("multipart/form-data; boundary=by-hand; boundary=----curl", "----curl"),
    ],
)
async def test_takes_every_way_to_write_the_boundary(content_type: str, boundary: str) -> None:
    async with await read(form(part("name", "a"), boundary=boundary), content_type) as found:
        assert found.fields == {"name": "a"}


@pytest.mark.parametrize(
    "disposition",
    [
        'form-data; name="metadata"; filename="meta.json"',
        'form-data; name="metadata"; filename="blob"',
        "form-data; name=metadata",
        "form-data; name=metadata; filename=meta.json",
        'Form-Data; NAME="metadata"',
        'form-data; filename="meta.json"; name="metadata"',
    ],
)
@pytest.mark.parametrize("headers", [(), ("Content-Type: application/json",), ("content-type: TEXT/PLAIN",)])
async def test_the_name_of_a_part_decides_what_it_is(disposition: str, headers: tuple[str, ...]) -> None:
    async with await read(form(part("", "{}", None, *headers, disposition=disposition))) as found:
        assert (found.fields, found.files) == ({"metadata": "{}"}, {})


@pytest.mark.parametrize(
    ("file_name", "expected"),
    [
        ('filename="a b.jpg"', "a b.jpg"),
        ("filename=plain.jpg", "plain.jpg"),
        ('filename="été.jpg"', "été.jpg"),
        ('filename="a%22b.jpg"', 'a"b.jpg'),
        (r'filename="a\"b.jpg"', 'a"b.jpg'),
        ('filename="100%25.jpg"', "100%25.jpg"),
        ("filename=\"other.jpg\"; filename*=UTF-8''%C3%A9t%C3%A9%20%22.jpg", 'été ".jpg'),
        ("filename*=utf-8'fr'%C3%A9t%C3%A9.jpg; filename=\"other.jpg\"", "été.jpg"),
        ("filename*=iso-8859-1''%E9t%E9.jpg", "été.jpg"),
        ("filename=\"plain.jpg\"; filename*=no-such''%E9.jpg", "plain.jpg"),
        ('filename="=?UTF-8?B?w6l0w6kuanBn?="', "été.jpg"),
        ('filename="=?utf-8?Q?=C3=A9t=C3=A9.jpg?="', "été.jpg"),
        ('filename="=?no-such?B?w6l0w6kuanBn?="', "=?no-such?B?w6l0w6kuanBn?="),
        ('filename="../../etc/passwd"', "passwd"),
        (r'filename="C:\photos\x.jpg"', "x.jpg"),
        ('filename=".."', None),
        ('filename=""', None),
        ('filename="=cmd().csv"', "=cmd().csv"),
    ],
)
async def test_reads_and_cleans_every_way_to_write_a_file_name(file_name: str, expected: str | None) -> None:
    assert await sent_name(f'form-data; name="attachment"; {file_name}') == expected


async def test_a_file_name_that_is_not_utf_8_is_read_as_latin_1() -> None:
    body = form(part("attachment", JPEG, "@.jpg")).replace(b"@", b"\xe9")
    async with await read(body) as found:
        assert found.files["attachment"].file_name == "é.jpg"


async def test_a_file_without_a_name_is_a_file() -> None:
    async with await read(form(part("attachment", JPEG))) as found:
        assert found.files["attachment"].file_name is None
        assert found.files["attachment"].spool.size == len(JPEG)


@pytest.mark.parametrize("file_name", ["", None])
async def test_an_empty_file_input_counts_as_none(file_name: str | None) -> None:
    async with await read(form(part("attachment", "", file_name), part("type", "TEXT"))) as found:
        assert (found.files, found.fields) == ({}, {"type": "TEXT"})


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "iso-8859-1", "windows-1252", "utf-16", '"utf-8"'])
async def test_a_text_is_read_in_its_own_charset(charset: str) -> None:
    content = "Révision".encode(charset.strip('"'))
    body = form(part("value", content, None, f"Content-Type: text/plain; charset={charset}"))
    async with await read(body) as found:
        assert found.fields == {"value": "Révision"}


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "BINARY", "binary "])
async def test_a_transfer_encoding_that_changes_nothing_is_taken(encoding: str) -> None:
    body = form(part("attachment", JPEG, "a.jpg", f"Content-Transfer-Encoding: {encoding}"))
    async with await read(body) as found:
        assert found.files["attachment"].spool.sha256 == hashlib.sha256(JPEG).hexdigest()


async def test_what_stands_before_and_after_the_parts_is_not_read() -> None:
    async with await read(b"a preamble\r\n" + form(part("name", "a")) + b"an epilogue") as found:
        assert found.fields == {"name": "a"}


async def test_no_parts_are_an_empty_form() -> None:
    async with await read(form()) as found:
        assert (found.fields, found.files) == ({}, {})


async def test_the_longest_text_is_taken() -> None:
    async with await read(form(part("value", "a" * (1 << 20)))) as found:
        assert len(found.fields["value"]) == 1 << 20


@pytest.mark.parametrize("size", [17, 65_536])
async def test_a_file_of_exactly_the_limit_is_taken(size: int) -> None:
    chunks = pieces(form(part("attachment", b"a" * 1000, "a")), size)
    found = await read_form(
        CONTENT_TYPE,
        chunks,
        MemoryBlobs(),
        fields=FIELDS,
        files=frozenset({"attachment"}),
        max_file_bytes=1000,
    )
    assert found.files["attachment"].spool.size == 1000


async def test_leaving_drops_the_file_unless_it_was_kept(tmp_path: Path) -> None:
    store = DiskBlobs(tmp_path)
    files = frozenset({"attachment"})
    body = form(part("attachment", b"a" * (5 << 20), "a"))
    for key in ("kept/aa/one", None):
        chunks = pieces(body)
        async with await read_form(
            CONTENT_TYPE, chunks, store, fields=FIELDS, files=files, max_file_bytes=LARGE
        ) as got:
            assert list(tmp_path.glob("tmp/*/*"))
            if key:
                await got.files["attachment"].spool.keep(key)
        assert list(tmp_path.glob("tmp/*/*")) == []
    assert (tmp_path / "kept/aa/one").stat().st_size == 5 << 20
    store.close()


FINGERPRINTED = [part("type", "IMAGE"), part("name", "a"), part("attachment", JPEG, "a.jpg")]


async def fingerprint(*parts: bytes, boundary: str = BOUNDARY) -> str:
    found = await read(form(*parts, boundary=boundary), f"multipart/form-data; boundary={boundary}")
    return found.fingerprint


async def test_the_same_parts_have_the_same_fingerprint_in_any_order_and_form() -> None:
    expected = await fingerprint(*FINGERPRINTED)
    assert await fingerprint(*reversed(FINGERPRINTED), boundary="other") == expected
    typed = part("attachment", JPEG, "a.jpg", "Content-Type: image/jpeg")
    assert await fingerprint(*FINGERPRINTED[:2], typed) == expected


@pytest.mark.parametrize(
    "parts",
    [
        [part("type", "IMAGE"), part("name", "b"), part("attachment", JPEG, "a.jpg")],
        [part("type", "IMAGE"), part("value", "a"), part("attachment", JPEG, "a.jpg")],
        [part("type", "IMAGE"), part("name", "a"), part("attachment", JPEG + b"!", "a.jpg")],
        [part("type", "IMAGE"), part("name", "a"), part("attachment", JPEG, "b.jpg")],
        [part("type", "IMAGE"), part("name", "a")],
        [part("type", "IMAGE"), part("name", "a"), part("attachment", "", "")],
    ],
)
async def test_any_other_part_has_another_fingerprint(parts: list[bytes]) -> None:
    assert await fingerprint(*parts) != await fingerprint(*FINGERPRINTED)
