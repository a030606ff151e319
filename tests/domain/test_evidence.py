"""Which parts of an attachment fit together (contract A, PUT attachments)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.errors import FettleError, Unsupported
from fettle.domain.evidence import NewAttachment, Type, require_image


@pytest.mark.parametrize(
    ("new", "has_bytes", "bytes_required", "code"),
    [
        (NewAttachment(Type.TEXT, "n", "text"), False, False, None),
        (NewAttachment(Type.TEXT, "n", "text"), False, True, None),
        (NewAttachment(Type.TEXT, "n"), False, False, "INVALID_BODY"),
        (NewAttachment(Type.TEXT, "n", "text"), True, False, "INVALID_BODY"),
        (NewAttachment(Type.TEXT, "n", "é" * (1 << 19)), False, False, None),
        (NewAttachment(Type.TEXT, "n", "é" * (1 << 19) + "x"), False, False, "INVALID_BODY"),
        (NewAttachment(Type.IMAGE, "n", "caption"), True, False, None),
        (NewAttachment(Type.IMAGE, "n", "caption"), False, False, "ATTACHMENT_MISSING"),
        (NewAttachment(Type.FILE, "n", None, "<string>"), False, False, None),
        (NewAttachment(Type.FILE, "n", None, "<string>"), False, True, "ATTACHMENT_MISSING"),
        (NewAttachment(Type.FILE, "n", None, "<string>"), True, True, None),
    ],
)
def test_what_came_fits_the_type(new: NewAttachment, has_bytes: bool, bytes_required: bool, code: str | None) -> None:  # noqa: FBT001 - a table's columns
    found = None
    try:
        new.require_complete(has_bytes=has_bytes, bytes_required=bytes_required)
    except FettleError as error:
        found = error.code
    assert found == code


_TEXTS = st.one_of(st.none(), st.text(max_size=5))


@given(st.tuples(_TEXTS, _TEXTS, _TEXTS), st.tuples(_TEXTS, _TEXTS, _TEXTS))
def test_two_requests_are_the_same_exactly_when_all_is(
    one: tuple[str | None, str | None, str | None], two: tuple[str | None, str | None, str | None]
) -> None:
    def key(parts: tuple[str | None, str | None, str | None]) -> str:
        return NewAttachment(Type.FILE, "n", parts[0], parts[1]).repeat_key("o", "u", parts[2])

    assert (key(one) == key(two)) == (one == two)


@pytest.mark.parametrize("found", ["text/html", "image/svg+xml", "application/pdf", "application/octet-stream"])
def test_what_is_no_picture_is_refused_as_an_image(found: str) -> None:
    with pytest.raises(Unsupported) as refused:
        require_image(found)
    assert refused.value.code == "NOT_AN_IMAGE"


def test_a_heic_photo_is_a_picture() -> None:
    require_image("image/heic")
