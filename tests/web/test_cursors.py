"""Cursors lead back to their place, in their own list only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.errors import Invalid
from fettle.services.rows import After
from fettle.web.cursors import decode_cursor, encode_cursor

_PLACES = st.builds(After, st.one_of(st.none(), st.text(), st.integers(-(2**63), 2**63 - 1)), st.uuids().map(str))


@given(_PLACES)
def test_a_cursor_leads_back_to_its_place(place: After) -> None:
    cursor = encode_cursor("orders", place)
    assert decode_cursor("orders", cursor) == place
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(_PLACES)
def test_a_cursor_of_another_list_is_refused(place: After) -> None:
    with pytest.raises(Invalid):
        decode_cursor("orders", encode_cursor("orders by name", place))


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        decode_cursor("orders", text)
    assert (refusal.value.code, refusal.value.details[0].field) == ("INVALID_PARAMETER", "cursor")


@pytest.mark.parametrize("place", [After(1, "1"), After(1, "A" * 36), After(2**63, "0" * 36)])
def test_a_place_that_no_list_has_is_refused(place: After) -> None:
    with pytest.raises(Invalid):
        decode_cursor("orders", encode_cursor("orders", place))
