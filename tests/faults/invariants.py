"""What holds after every fault: I1 to I9 of the quality plan, read from rows, bytes and answers."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from fettle.db.activity import ACTIVITY
from fettle.domain.activity import said_in
from fettle.domain.verification import chain_problems
from fettle.domain.work_orders import MOVES, Status
from tests.faults.load import Acked, Load
from tests.faults.machine import READY_WITHIN_S, Machine
from tests.faults.record import Read, Record
from tests.faults.uploads import wait_until

# Where the effect of each kind of deed carries its tag: a table, its column, and the condition beside it.
_EFFECTS = {
    "attachment": ("evidence", "name", ""),
    "photo": ("evidence", "step", ""),
    "delete": ("evidence", "deletion_reason", ""),
    "file": ("files", "original_file_name", "AND origin = 'UPLOAD'"),
    "order": ("work_orders", "name", ""),
}
# These leave their tag in one entry of the log, of this type.
_ENTRIES = f"SELECT {ACTIVITY.columns} FROM activity"  # noqa: S608 - names of our own
_LOGGED = {"edit": "EDITED", "comment": "COMMENTED", "move": "STATUS_CHANGED"}


def check_running(machine: Machine, *loads: Load) -> None:
    """Everything that can be seen while the server runs; what had no answer is sent again first."""
    record = Record(machine.environment)
    check_started(machine, record)
    for load in loads:
        load.settle()
    acked = [acked for load in loads for acked in load.acked.values()]
    check_rows(record, acked)
    check_bytes(machine, record, acked)


def check_stopped(machine: Machine) -> None:
    """I3 and I2 on a server that is stopped: after a sweep that grants no grace there is no orphan."""
    swept = machine.run("sweep", "--grace-s", "0")
    assert swept.returncode == 0, swept.stderr
    record = Record(machine.environment)
    named = {key for (key,) in record.rows("SELECT storage_key FROM files WHERE removed_at IS NULL")}
    assert record.stored_keys() == named, "I2, I3"
    made = {key for (key,) in record.rows("SELECT storage_key FROM renditions")}
    assert record.made_keys() == made, "I3: renditions"
    assert not record.temporary_files(), "I4"


def check_started(machine: Machine, record: Record) -> None:
    """I4 and I9, right after a start: what is in temporary space belongs to work that goes on, and is soon gone."""
    assert machine.last_start_s <= READY_WITHIN_S, f"I9: ready after {machine.last_start_s:.1f} s"
    wait_until(lambda: not record.temporary_files())
    assert record.temporary_owners() <= 1, "I4: folders of processes that are no more"


def check_rows(record: Record, acked: Iterable[Acked]) -> None:
    """I5 to I8."""
    _check_engine(record)
    with record.snapshot() as read:
        _check_log(read)
        _check_effects(read, list(acked))
        _check_versions(read, acked)


def check_bytes(machine: Machine, record: Record, acked: Iterable[Acked]) -> None:
    """I1 and I2."""
    with record.snapshot() as read:
        kept_keys = read(
            "SELECT f.storage_key FROM evidence e JOIN files f ON f.name = e.file_name WHERE e.state = 'stored'"
        )
        count = read("SELECT count(*) FROM evidence WHERE state = 'stored'")
        names: dict[str, str] = dict(read("SELECT name, file_name FROM evidence WHERE kind = 'attachment'"))
        names |= dict(read("SELECT original_file_name, name FROM files WHERE origin = 'UPLOAD'"))
        photos = {step for (step,) in read("SELECT step FROM evidence WHERE kind = 'photo'")}
    assert count == [(len(kept_keys),)], "I2: evidence without its file"
    assert {key for (key,) in kept_keys} <= record.stored_keys(), "I2"
    lost = [a.tag for a in acked if a.kind == "photo" and a.tag not in photos]
    assert not lost, f"I1: photos {lost}"
    kept = [a for a in acked if a.sha256 is not None]
    with machine.client() as client, ThreadPoolExecutor(4) as threads:
        wrong = [tag for tag in threads.map(lambda a: _unlike(client, names.get(a.tag), a), kept) if tag]
    assert not wrong, f"I1: {wrong}"


def _unlike(client: httpx.Client, file_name: str | None, acked: Acked) -> str | None:
    answer = client.get(f"/files/{file_name}")
    same = answer.is_success and hashlib.sha256(answer.content).hexdigest() == acked.sha256
    return None if same else f"{acked.tag}: {file_name} {answer.status_code}"


def _check_engine(record: Record) -> None:
    if record.is_sqlite:
        assert record.rows("PRAGMA integrity_check") == [("ok",)], "I8"
        assert record.rows("PRAGMA foreign_key_check") == [], "I8"
    else:
        unsure = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
        assert record.rows(unsure) == [], "I8"
        assert record.rows("SELECT indexrelid FROM pg_index WHERE NOT indisvalid") == [], "I8"


def _check_effects(read: Read, acked: list[Acked]) -> None:
    """I6: one effect for each deed, keyed or repeated or both."""
    counts: dict[str, Counter[str]] = {}
    for kind, (table, column, condition) in _EFFECTS.items():
        rows = read(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL {condition}")  # noqa: S608 - names of our own
        counts[kind] = Counter(tag for (tag,) in rows)
    for kind, entry_type in _LOGGED.items():
        entries = ACTIVITY.read_all(read(f"{_ENTRIES} WHERE type = ?", entry_type))
        counts[kind] = Counter(tag for entry in entries for tag in _tags(said_in(entry)))
    wrong = {f"{a.kind} {a.tag}": counts[a.kind][a.tag] for a in acked if counts[a.kind][a.tag] != 1}
    assert not wrong, f"I6: {wrong}"


def _tags(data: dict[str, Any]) -> set[str]:
    described = data.get("changes", {}).get("description", (None, None))[1]
    return {tag for tag in (data.get("comment"), described) if tag is not None}


def _check_log(read: Read) -> None:
    """I5 and the moves of I7: the chain holds, every old value is the one before, the newest is what the row says."""
    entries = defaultdict(list)
    chains = defaultdict(list)
    for entry in ACTIVITY.read_all(read(f"{_ENTRIES} ORDER BY work_order_id, seq")):
        chains[entry.work_order_id].append(entry)
        entries[entry.work_order_id].append((entry.seq, said_in(entry).get("changes", {})))
    broken = {order: found for order, chain in chains.items() if (found := list(chain_problems(chain)))}
    assert not broken, f"I5: {broken}"
    _check_places(read)
    orders = {row[0]: row for row in read("SELECT id, version, status, name, description, phase FROM work_orders")}
    assert entries.keys() == orders.keys(), "I5: an order without a log, or the reverse"
    newest: dict[str, Any] = {}
    for order, logged in entries.items():
        assert [seq for seq, _ in logged] == list(range(1, orders[order][1] + 1)), f"I5: gaps in {order}"
        newest |= _replay(order, logged)
    for row in orders.values():
        for place, name in enumerate(("status", "name", "description", "phase"), 2):
            assert newest.get(f"{row[0]}.{name}", row[place]) == row[place], f"I5: {name} of {row[0]}"
    _check_evidence(read, newest)
    for order_id, approver_id, status in read("SELECT work_order_id, approver_user_id, status FROM approvals"):
        assert newest[f"{order_id}.approvals.{approver_id}"] == status, f"I5: approval of {order_id}"


def _check_places(read: Read) -> None:
    """I5: the places in each company's log have no gap, and are as many as its size says."""
    placed = "SELECT company_id, count(*), min(leaf_index), max(leaf_index) FROM activity WHERE leaf_index IS NOT NULL"
    sizes: dict[str, int] = dict(read("SELECT company_id, size FROM logs"))
    for company, count, first, last in read(f"{placed} GROUP BY company_id"):
        assert (first, last, sizes[company]) == (0, count - 1, count), f"I5: places in the log of {company}"


def _replay(order: str, logged: list[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for seq, changes in logged:
        for name, (old, new) in changes.items():
            place = name if name.startswith("evidence.") else f"{order}.{name}"
            assert values.get(place, old) == old, f"I5: {name} in entry {seq} of {order}"
            assert name != "status" or old is None or Status(new) in MOVES[Status(old)], f"I7: {old} to {new}"
            values[place] = new
    return values


def _check_evidence(read: Read, newest: dict[str, Any]) -> None:
    found = read("SELECT id, state, deleted_at IS NOT NULL, cdn_url, seq, work_order_id FROM evidence")
    for id_, state, is_deleted, cdn_url, _, _ in found:
        assert newest[f"evidence.{id_}.state"] == state, f"I5: state of {id_}"
        assert newest.get(f"evidence.{id_}.deleted", False) == bool(is_deleted), f"I5: deletion of {id_}"
        assert newest.get(f"evidence.{id_}.cdn_url") == cdn_url, f"I5: link of {id_}"


def _check_versions(read: Read, acked: Iterable[Acked]) -> None:
    """I7: no order is older than an answer said."""
    versions: dict[str, int] = dict(read("SELECT id, version FROM work_orders"))
    older = [a for a in acked if a.work_order_id is not None and versions.get(a.work_order_id, 0) < a.version]
    assert not older, f"I7: {older}"
    numbers = read("SELECT wo_number FROM work_orders ORDER BY wo_number")
    assert len(set(numbers)) == len(numbers), "I7"
