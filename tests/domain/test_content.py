"""The hash of the content: computed again by hand, and moved by all that approvers decide on and nothing else."""

import hashlib

import msgspec
import pytest

from fettle.domain.content import ContentAttachment, content_sha256
from fettle.domain.evidence import Type
from fettle.domain.work_orders import Status
from tests.domain.test_work_orders import order_in

_ORDER = order_in(Status.DRAFT)
_DRAWING = ContentAttachment("b", "Drawing", Type.FILE, "", "ff" * 32)
_NOTE = ContentAttachment("a", "É 🔧", Type.TEXT, 'Say "no"\\\n\x01\x7f\u2028', None)
_CANONICAL = (
    '{"attachments":[{"file_sha256":null,"id":"a","name":"É 🔧","type":"TEXT",'
    '"value":"Say \\"no\\"\\\\\\n\\u0001\x7f\u2028"},'
    '{"file_sha256":"' + "ff" * 32 + '","id":"b","name":"Drawing","type":"FILE","value":""}],'
    '"component_id":"p","description":null,"name":"Pump","part_number_id":null,"phase":"","quantity":1}'
)


def test_it_is_the_hash_of_the_documented_text() -> None:
    expected = hashlib.sha256(_CANONICAL.encode()).hexdigest()
    assert content_sha256(_ORDER, [_DRAWING, _NOTE]) == content_sha256(_ORDER, [_NOTE, _DRAWING]) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Pumps"),
        ("description", ""),
        ("component_id", "q"),
        ("part_number_id", "n"),
        ("phase", "x"),
        ("quantity", 2),
    ],
)
def test_every_field_of_the_content_moves_it(field: str, value: object) -> None:
    changed = msgspec.structs.replace(_ORDER, **{field: value})
    assert content_sha256(changed, [_NOTE]) != content_sha256(_ORDER, [_NOTE])


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "c"), ("name", "D"), ("type", Type.IMAGE), ("value", "x"), ("file_sha256", None)],
)
def test_every_fact_of_an_attachment_moves_it(field: str, value: object) -> None:
    changed = msgspec.structs.replace(_DRAWING, **{field: value})
    assert content_sha256(_ORDER, [changed]) != content_sha256(_ORDER, [_DRAWING])
    assert content_sha256(_ORDER, []) != content_sha256(_ORDER, [_DRAWING])


def test_what_is_no_content_leaves_it() -> None:
    said = {"status": Status.REVIEW, "assignee_user_id": "u", "deadline": 7, "version": 9, "updated_at": 9}
    assert content_sha256(msgspec.structs.replace(_ORDER, **said), []) == content_sha256(_ORDER, [])
