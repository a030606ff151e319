"""Whatever stands in the lines of a log, it is told as something that does not hold."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fettle.domain.canonical import canonical
from fettle.domain.merkle import leaf_hash
from fettle.domain.verdict import Steps
from fettle.verifier.packs import Trusted, verify
from tests.verifier.pack_writer import Made, relisted, written
from tests.verifier.world import World

KEYS = st.sampled_from(["changes", "evidence_id", "sha256", "approver_user_id", "status", "evidence.x.state", "salt"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.just("approvals.x"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def held(world: World, line: bytes) -> bool:
    """Whether a pack holds whose first entry is this line."""
    rest = world.made.files["1/log.jsonl"].partition(b"\n")[2]
    made = relisted(Made({**world.made.files, "1/log.jsonl": line + b"\n" + rest}, world.made.manifest))
    with TemporaryDirectory() as folder:
        path = Path(folder, "pack.zip")
        path.write_bytes(written(made, world.signer))
        return verify(path, Trusted(), Steps()).holds


def first_line(world: World) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(world.made.files["1/log.jsonl"].partition(b"\n")[0])
    return line


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(KEYS, JSON, max_size=4), texts=JSON)
def test_any_data_in_canonical_form(world: World, data: dict[str, Any], texts: object) -> None:
    line = first_line(world)
    leaf = {**json.loads(line["leaf"]), "data": data, "type": "PHOTO_ADDED"}
    line |= {"leaf": canonical(leaf).decode(), "texts": canonical(texts).decode()}
    assert not held(world, json.dumps(line).encode())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(["leaf", "leafIndex", "path", "texts"]), value=JSON)
def test_any_value_in_a_line(world: World, key: str, value: object) -> None:
    line = first_line(world)
    if line[key] != value:
        assert not held(world, json.dumps({**line, key: value}).encode()) or (key, value) == ("texts", None)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[" * 50_000,
        '{"a":' * 50_000,
        '"\\ud800"',
        "1e400",
        "9" * 5000,
        "NaN",
        "\x00",
    ],
    ids=lambda text: text[:8],
)
def test_leaves_that_are_none(world: World, text: str) -> None:
    line = first_line(world)
    assert not held(world, json.dumps({**line, "leaf": text}).encode())
    assert not held(world, json.dumps({**line, "texts": text}).encode())
    assert not held(world, text.encode())
    leaf = json.loads(line["leaf"])
    for key, value in (("added_at", "yesterday"), ("seq", 1 << 70), ("seq", -1), ("format", "other"), ("more", 1)):
        changed = json.dumps({**leaf, key: value}, sort_keys=True, separators=(",", ":"))
        assert leaf_hash(changed.encode()) != leaf_hash(line["leaf"].encode())
        assert not held(world, json.dumps({**line, "leaf": changed}).encode())
