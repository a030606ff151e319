"""The forms that real clients send, each seen in the wild: all are taken, or refused with a sentence that helps."""

import json

import pytest

from tests.contracts.pictures import png
from tests.contracts.serial.client import Json, SerialClient
from tests.contracts.serial.raw import Answer, RawClient, field, form, part
from tests.serving import Demo, FettleServer


class Form:
    """PUTs forms to one work order."""

    def __init__(self, raw: RawClient, order: Json, user_id: str) -> None:
        self._raw = raw
        self.path = f"/work-orders/{order['id']}/attachments"
        self.fields = [field("type", "IMAGE"), field("name", "front"), field("added_by_user_id", user_id)]
        metadata = {"type": "IMAGE", "name": "front", "added_by_user_id": user_id}
        self.metadata = json.dumps(metadata).encode()

    def put(self, content_type: str, body: bytes, *lines: str) -> Answer:
        return self._raw.put(self.path, content_type, body, *lines)


PICTURE = part('Content-Disposition: form-data; name="attachment"; filename="a.png"\r\nContent-Type: image/png', png())


@pytest.fixture
def sent(server: FettleServer, demo: Demo, client: SerialClient, order: Json) -> Form:
    return Form(RawClient(server, demo.api_key), order, client.user_id)


def _stored(answer: Answer, client: SerialClient) -> str:
    """The original name of the stored file, as it is offered for download."""
    assert answer.status == 200, answer.body
    (attachment,) = answer.json["attachments"]
    file = client.send("GET", f"/files/{attachment['file_name']}")
    assert file.content == png()
    return file.headers["content-disposition"]


@pytest.mark.parametrize(
    ("content_type", "boundary"),
    [
        ("multipart/form-data; boundary=b", "b"),
        ('Multipart/Form-Data; boundary="b"', "b"),
        ("multipart/form-data;BOUNDARY=b", "b"),
        ("multipart/form-data; charset=utf-8; boundary=b", "b"),
        ("multipart/form-data; boundary=b; charset=utf-8", "b"),
        ("multipart/form-data; boundary=+++", "+++"),
        ("multipart/form-data; boundary=" + 70 * "b", 70 * "b"),
        ('multipart/form-data; boundary="a b(c):d,e/f=g?h"', "a b(c):d,e/f=g?h"),
        ("multipart/form-data; boundary='()+_,-./:=?", "'()+_,-./:=?"),
    ],
)
def test_media_type_and_boundary_in_every_legal_form(
    sent: Form, client: SerialClient, content_type: str, boundary: str
) -> None:
    _stored(sent.put(content_type, form(boundary, *sent.fields, PICTURE)), client)


def test_bytes_before_the_fields(sent: Form, client: SerialClient) -> None:
    _stored(sent.put("multipart/form-data; boundary=b", form("b", PICTURE, *sent.fields)), client)


def test_chunked(sent: Form, client: SerialClient) -> None:
    body = form("b", *sent.fields, PICTURE)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[at : at + 7]), body[at : at + 7]) for at in range(0, len(body), 7))
    answer = sent.put("multipart/form-data; boundary=b", chunks + b"0\r\n\r\n", "Transfer-Encoding: chunked")
    _stored(answer, client)


@pytest.mark.parametrize(
    "headers",
    [
        'Content-Disposition: form-data; name="metadata"',
        'Content-Disposition: form-data; name="metadata"\r\nContent-Type: application/json',
        'Content-Disposition: form-data; name="metadata"; filename="meta.json"\r\nContent-Type: application/json',
        'Content-Disposition: form-data; name="metadata"; filename="blob"\r\nContent-Type: application/octet-stream',
        "Content-Disposition: form-data; name=metadata\r\nContent-Type: text/plain; charset=utf-8",
        'content-disposition: FORM-DATA; filename="blob"; name="metadata"',
        'Content-Type: application/json\r\nContent-Disposition: form-data; name="metadata"\r\nContent-Length: {length}',
    ],
)
def test_the_metadata_part_however_it_is_labelled(sent: Form, client: SerialClient, headers: str) -> None:
    body = form("b", part(headers.format(length=len(sent.metadata)), sent.metadata), PICTURE)
    _stored(sent.put("multipart/form-data; boundary=b", body), client)


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        ('filename="plan.png"', 'filename="plan.png"'),
        ("filename=plan.png", 'filename="plan.png"'),
        ("filename=\"x.png\"; filename*=UTF-8''%C3%A9t%C3%A9.png", "filename*=UTF-8''%C3%A9t%C3%A9.png"),
        ('filename="=?UTF-8?B?w6l0w6kucG5n?="', "filename*=UTF-8''%C3%A9t%C3%A9.png"),
        ('filename="%22plan%22.png"', "plan"),
        ('filename="../../etc/passwd"', 'filename="passwd"'),
        ('filename="C:\\\\plans\\\\plan.png"', 'filename="plan.png"'),
        ('filename="\\\\\\\\host\\\\share"', 'filename="share"'),
        ('filename="/etc/passwd"', 'filename="passwd"'),
        ('filename=".."', "inline; filename="),
        ('filename="-rf"', 'filename="-rf"'),
        ('filename="=cmd()"', 'filename="=cmd()"'),
        ('filename="<script>.png"', 'filename="<script>.png"'),
        ('filename="' + 300 * "x" + '.png"', 251 * "x" + '.png"'),
    ],
)
def test_file_names_are_data(sent: Form, client: SerialClient, parameters: str, shown: str) -> None:
    picture = part(f'Content-Disposition: form-data; name="attachment"; {parameters}', png())
    answer = sent.put("multipart/form-data; boundary=b", form("b", *sent.fields, picture))
    assert shown in _stored(answer, client)


def test_a_file_name_in_raw_utf_8(sent: Form, client: SerialClient) -> None:
    head = 'Content-Disposition: form-data; name="attachment"; filename="été\u202egnp.exe"'.encode()
    body = form("b", *sent.fields, head + b"\r\n\r\n" + png())
    shown = _stored(sent.put("multipart/form-data; boundary=b", body), client)
    assert "filename*=UTF-8''%C3%A9t%C3%A9gnp.exe" in shown


@pytest.mark.parametrize(
    ("content_type", "status", "code"),
    [
        ("multipart/form-data", 400, "MULTIPART_BOUNDARY_MISSING"),
        ("multipart/form-data; boundary=", 400, "MULTIPART_BOUNDARY_MISSING"),
        ("multipart/form-data; boundary=" + 300 * "b", 400, "MULTIPART_INVALID"),
        ("multipart/form-data; boundary=other", 400, "MULTIPART_INVALID"),
        ("application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_a_form_that_cannot_be_taken_apart(sent: Form, content_type: str, status: int, code: str) -> None:
    answer = sent.put(content_type, form("b", *sent.fields, PICTURE))
    assert (answer.status, answer.json["code"]) == (status, code)


@pytest.mark.parametrize("cut", [0, 1, 10, 100, -1, -5])
def test_a_truncated_form_is_refused(sent: Form, cut: int) -> None:
    whole = form("b", *sent.fields, PICTURE).rstrip(b"\r\n")
    answer = sent.put("multipart/form-data; boundary=b", whole[:cut])
    assert (answer.status, answer.json["code"]) == (400, "MULTIPART_INVALID")


@pytest.mark.parametrize(
    "extra",
    [
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: Quoted-Printable",
        "Content-Type: multipart/mixed; boundary=c",
    ],
)
def test_bytes_that_are_not_sent_as_they_are_are_refused(sent: Form, extra: str) -> None:
    picture = part(f'Content-Disposition: form-data; name="attachment"; filename="a.png"\r\n{extra}', png())
    answer = sent.put("multipart/form-data; boundary=b", form("b", *sent.fields, picture))
    assert answer.status == 400
    assert answer.json["details"][0]["field"] == "attachment"


@pytest.mark.parametrize("transfer_encoding", ["binary", "8bit", "7BIT"])
def test_encodings_that_change_nothing_are_taken(sent: Form, client: SerialClient, transfer_encoding: str) -> None:
    head = f'Content-Disposition: form-data; name="attachment"\r\nContent-Transfer-Encoding: {transfer_encoding}'
    _stored(sent.put("multipart/form-data; boundary=b", form("b", *sent.fields, part(head, png()))), client)


def test_a_preamble_without_end_is_refused(sent: Form) -> None:
    body = b"x" * 10_000_000 + b"\r\n" + form("b", *sent.fields, PICTURE)
    assert sent.put("multipart/form-data; boundary=b", body).status == 400


def test_hundreds_of_fields_and_headers_are_refused(sent: Form) -> None:
    many = form("b", *[field(f"f{number}", "x") for number in range(300)])
    assert sent.put("multipart/form-data; boundary=b", many).status == 400
    headed = part("\r\n".join([f"X-{number}: x" for number in range(100)]), b"x")
    assert sent.put("multipart/form-data; boundary=b", form("b", headed)).status == 400


def test_a_compressed_body_is_refused(sent: Form) -> None:
    answer = sent.put("multipart/form-data; boundary=b", form("b", *sent.fields), "Content-Encoding: gzip")
    assert (answer.status, answer.json["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
