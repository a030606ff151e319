"""What a template takes along of a work order."""

from typing import Any

import pytest

from fettle.domain.errors import Invalid
from fettle.domain.evidence import Kind, State
from fettle.domain.templates import attachments_of
from tests.db.records import Records

_RECORDS = Records()
_ORDER = _RECORDS.new_order()


def _attached(seq: int, **values: Any) -> Any:
    return _RECORDS.new_evidence(_ORDER, seq, **{"kind": Kind.ATTACHMENT, "state": State.STORED, **values})


def test_only_attachments_that_are_there_come_along_in_their_order() -> None:
    evidence = [
        _attached(2, name="drawing"),
        _attached(3, kind=Kind.PHOTO),
        _attached(4, deleted_at=1),
        *(_attached(seq, state=state) for seq, state in ((5, State.REFERENCED), (6, State.DAMAGED))),
        _attached(7, name="note", value="text"),
    ]
    taken = attachments_of("template", evidence)
    assert [(row.position, row.name, row.value) for row in taken] == [(1, "drawing", ""), (2, "note", "text")]
    assert [row.file_name for row in taken] == [evidence[0].file_name, evidence[-1].file_name]


def test_more_than_a_hundred_are_refused_and_none_is_dropped() -> None:
    evidence = [_attached(seq) for seq in range(2, 103)]
    assert len(attachments_of("template", evidence[1:])) == 100
    with pytest.raises(Invalid) as refused:
        attachments_of("template", evidence)
    assert refused.value.details[0][1:] == ("too_many_attachments", {"max": 100, "found": 101})
