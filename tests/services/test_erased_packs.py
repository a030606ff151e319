"""Evidence packs of what is being lost or erased: they hold, and say so."""

from pathlib import Path
from typing import Any

import pytest

from fettle.domain.erasures import Erasable
from fettle.domain.errors import Unavailable
from fettle.domain.verdict import Steps
from fettle.services.ports import PrintedReport
from fettle.verifier.packs import Trusted, verify
from tests.services.conftest import Company
from tests.services.packs import Pack
from tests.services.test_erasures import erase
from tests.services.test_evidence_packs import attach, comment, content_of, pack_of


async def test_removed_bytes_are_said_to_be(company: Company) -> None:
    order_id = await company.order()
    evidence_id = await attach(company, order_id, "Plan", b"plan", "plan.txt")
    assert await erase(company, order_id, Erasable.BYTES, evidence_ids=frozenset({evidence_id}))
    (shown,) = (await pack_of(company, order_id)).evidence
    assert (shown["state"], "path" in shown, shown["size"]) == ("removed", False, 4)


async def test_a_loss_that_is_just_being_noted_is_waited_for(company: Company) -> None:
    """The file is marked, its entry in the log is still to come: a pack of that moment would contradict its own log."""
    order_id, now = await company.order(), company.parts.clock.now()
    await attach(company, order_id, "Plan", b"plan", "plan.txt")
    (entry,) = await company.parts.database.read(lambda tx: tx.evidence.of_orders([order_id]))
    await company.parts.database.write(lambda tx: tx.files.change(entry.file_name, damaged_at=now))
    with pytest.raises(Unavailable) as refused:
        await content_of(company, order_id)
    assert refused.value.code == "BYTES_DAMAGED"


@pytest.mark.parametrize("count", [1, 300])
async def test_an_erasure_while_a_pack_is_made(
    company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int
) -> None:
    """It happens once the record was read, while the report is set: the pack is made anew, holds, lacks the text."""
    order_id, reports = await company.order(), company.parts.services.reports
    for _ in range(count):
        await comment(company, order_id, "Marguerite called")
    of_order, erased = reports.of_order, list[bool]()

    async def report(*wanted: Any) -> PrintedReport:
        printed = await of_order(*wanted)
        if not erased:
            erased.append(await erase(company, order_id, Erasable.COMMENTS))
        return printed

    monkeypatch.setattr(reports, "of_order", report)
    content = await content_of(company, order_id)
    assert erased == [True]
    pack = Pack(content)
    assert [entry["type"] for entry in pack.logs[1]][-1] == "ERASED"
    assert b"Marguerite" not in pack.read("1/log.jsonl")
    (tmp_path / "pack.zip").write_bytes(content)
    assert verify(tmp_path / "pack.zip", Trusted(), Steps()).problems == []
