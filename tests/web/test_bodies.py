"""JSON and query parameters: what is refused, and how the refusal names the field (quality: bad input, JSON)."""

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.errors import Invalid
from fettle.web.bodies import decode_json, decode_query


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a body."""

    name: str


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body with a bit of everything."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=5)]
    count: Annotated[int, msgspec.Meta(ge=1, le=2_147_483_647)] = 1
    inner: Inner | None = None


class Query(msgspec.Struct, forbid_unknown_fields=True):
    """Query parameters, one of them repeatable."""

    status: tuple[str, ...] = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        (b"", "", "not_json"),
        (b"{", "", "not_json"),
        (b"[]", "", "wrong_type"),
        (b'"x"', "", "wrong_type"),
        (b"null", "", "wrong_type"),
        (b'{"name":NaN}', "", "not_json"),
        (b'{"name":"a","count":Infinity}', "", "not_json"),
        (b'{"name":"a","count":1' + b"0" * 5000 + b"}", "", "not_json"),
        (b'{"name":"a","count":1' + b"0" * 30 + b"}", "count", None),
        (b'{"name":"a","name":"b"}', "name", "duplicate"),
        (b'{"name":"a","inner":{"name":"a","name":"b"}}', "name", "duplicate"),
        (b'{"name":"\\u0000"}', "name", "nul"),
        (b'{"name":"\\ud800"}', "name", "nul"),
        (b'{"name":"a","inner":{"name":"\\udc00"}}', "inner.name", "nul"),
        (b'{"name":"a\x00"}', "", "not_json"),
        (b'{"name":"\xff"}', "", "encoding"),
        ('{"name":"a"}'.encode("utf-16"), "", "encoding"),
        (b"[" * 100_000, "", "nesting"),
        (b'{"name":1}', "name", "wrong_type"),
        (b'{"name":"a","count":"1"}', "count", "wrong_type"),
        (b'{"name":"a","count":1.5}', "count", "wrong_type"),
        (b'{"name":"a","count":true}', "count", "wrong_type"),
        (b'{"name":"a","count":0}', "count", "at_least"),
        (b'{"name":"a","count":2147483648}', "count", "at_most"),
        (b'{"name":""}', "name", "too_short"),
        (b'{"name":"abcdef"}', "name", "too_long"),
        (b'{"count":1}', "name", "required"),
        (b'{"name":"a","inner":{}}', "inner.name", "required"),
        (b'{"name":"a","else":1}', "else", "unknown_field"),
        (b'{"name":"a"} x', "", "not_json"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_naming_the_field(sent: bytes, field: str, code: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        decode_json(sent, Body)
    detail = refused.value.details[0]
    assert refused.value.code == "INVALID_BODY"
    assert detail.field == field
    assert code is None or detail.code == code


def test_escapes_that_mean_text_are_text() -> None:
    assert decode_json(b'{"name":"\\\\u0"}', Body).name == "\\u0"
    assert decode_json(b'{"name":"\\ud83d\\ude00"}', Body).name == "\U0001f600"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoder(sent: bytes) -> None:
    try:
        decode_json(sent, Body)
    except Invalid as refused:
        assert refused.details  # noqa: PT017 - most bytes are refused, some are not, none may break it


@given(st.text(min_size=1, max_size=5), st.integers(min_value=1, max_value=2_147_483_647))
def test_what_is_right_arrives_as_it_was(name: str, count: int) -> None:
    clean = name.replace("\0", "0")
    assert decode_json(msgspec.json.encode({"name": clean, "count": count}), Body) == Body(clean, count)


def test_query_parameters_repeat_only_where_they_may() -> None:
    assert decode_query([("status", "a"), ("status", "b"), ("limit", "5")], Query) == Query(("a", "b"), 5)
    for wrong, field in [
        ([("limit", "5"), ("limit", "6")], "limit"),
        ([("limit", "0")], "limit"),
        ([("limit", "-1")], "limit"),
        ([("limit", "1e9")], "limit"),
        ([("limit", "abc")], "limit"),
        ([("limit", "1000000000")], "limit"),
        ([("other", "1")], "other"),
        ([("status", "a\0")], "status"),
    ]:
        with pytest.raises(Invalid) as refused:
            decode_query(wrong, Query)
        assert refused.value.code == "INVALID_PARAMETER"
        assert refused.value.details[0].field == field


def test_the_text_null_is_no_way_to_drop_a_condition() -> None:
    for text in ("null", "NULL"):
        with pytest.raises(Invalid) as refused:
            decode_query([("limit", text)], Query)
        assert (refused.value.code, refused.value.details[0].field) == ("INVALID_PARAMETER", "limit")
