"""When two times of one photo disagree."""

import pytest

from fettle.domain.instants import parse_instant
from fettle.domain.pictures import FileFacts, times_disagree


@pytest.mark.parametrize(
    ("captured", "taken", "expected"),
    [
        ("2026-04-15T14:00:00+02:00", "2026-04-15T12:00:00Z", False),
        ("2026-04-15T14:00:00+02:00", "2026-04-15T12:05:00Z", False),
        ("2026-04-15T14:00:00+02:00", "2026-04-15T12:05:01Z", True),
        ("2026-04-15T14:00:00+02:00", "2026-04-15T14:00:00Z", True),
        ("2026-04-15T14:00:00", "2026-04-15T14:00:00Z", False),
        ("2026-04-15T14:00:00", "2026-04-15T12:00:00Z", False),
        ("2026-04-15T14:00:00.250", "2026-04-15T08:31:00Z", False),
        ("2026-04-15T14:00:00", "2026-04-15T12:07:00Z", True),
        ("2026-04-15T14:00:00", "2026-04-16T14:00:00Z", True),
    ],
)
def test_times(captured: str, taken: str, *, expected: bool) -> None:
    at = parse_instant(captured if "+" in captured else captured + "Z")
    facts = FileFacts("f", "c", 0, captured_text=captured, captured_at=at)
    assert times_disagree(facts, parse_instant(taken)) is expected


def test_what_is_not_known_does_not_disagree() -> None:
    assert not times_disagree(FileFacts("f", "c", 0), 5)
    assert not times_disagree(FileFacts("f", "c", 0, captured_text="2026-04-15T14:00:00", captured_at=5), None)
