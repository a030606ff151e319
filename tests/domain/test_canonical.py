"""Canonical JSON is what others write too, and entries are written in it to the byte."""

from typing import Any

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from fettle.domain.activity import Entry, EntryType, leaf_of, read_json, said_in, write_data
from fettle.domain.canonical import canonical, fingerprint

_texts = st.text(st.characters(exclude_categories=["Cs"]))
_keys = st.text(st.characters(max_codepoint=127))
_numbers = st.integers(-(2**53) + 1, 2**53 - 1)
_values = st.recursive(
    st.none() | st.booleans() | _numbers | _texts,
    lambda inner: st.lists(inner) | st.dictionaries(_keys, inner),
)


@given(_values)
def test_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"b": 1, "a": [None, "é"]}) == fingerprint({"a": [None, "é"], "b": 1})


@given(_texts, st.dictionaries(_keys, st.tuples(_texts, _numbers)), st.text("0123456789abcdef", min_size=64))
def test_the_leaf_of_an_entry_is_canonical(comment: str, changes: dict[str, tuple[Any, Any]], previous: str) -> None:
    data, texts = write_data(changes, {"comment": comment, "size": 7, "sha256": None}, "00" * 16)
    entry = Entry("i", "c", "w", 3, EntryType.COMMENTED, 1_795_000_000_123_456, "u", data, texts=texts)
    for link in (previous, None):
        leaf = leaf_of(entry, link)
        assert leaf == rfc8785.dumps(read_json(leaf))
        assert read_json(leaf)["added_at"] == "2026-11-18T11:06:40.123456Z"
    said = said_in(entry)
    assert (said["comment"], said["size"]) == (comment, 7)
    assert said.get("changes", {}) == {field: list(values) for field, values in changes.items()}


def test_what_people_write_stands_apart() -> None:
    changes = {"name": ("Dupont", "Durand"), "evidence.1.cdn_url": (None, "https://x"), "quantity": (1, 2)}
    data, texts = write_data(changes, {"reason": "Mme Dupont moved"}, "salt")
    assert "Dupont" not in data
    assert "https" not in data
    assert texts is not None
    assert read_json(texts)["reason"] == "Mme Dupont moved"
    other, _ = write_data(changes, {"reason": "Mme Dupont moved"}, "other salt")
    assert read_json(other)["texts_sha256"] != read_json(data)["texts_sha256"]


def test_instants_are_logged_as_text() -> None:
    data, texts = write_data({"deadline": (None, 1_795_000_000_000_000)}, {}, "salt")
    assert read_json(data)["changes"] == {"deadline": [None, "2026-11-18T11:06:40.000000Z"]}
    assert texts is None
