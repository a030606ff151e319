"""A manifest says what its log says, to the last field, and leaves nothing out; told otherwise, it is found."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from fettle.domain.packs import PackedApproval
from fettle.domain.verification import Finding, Problem
from tests.verifier.pack_writer import relisted, written
from tests.verifier.test_packs import verdict_of
from tests.verifier.world import World

DELETED, PHOTO = 0, 4


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("name", "Better", "name"),
        ("status", "COMPLETE", "status"),
        ("number", 7, "wo_number"),
        ("version", 12, "entry 12"),
        ("log_sha256", "0" * 64, "entry 13"),
        ("description", None, "description"),
        ("approvals", [], "approvals."),
        ("evidence", [], "evidence "),
    ],
)
def test_a_manifest_that_says_otherwise_than_its_log_is_found(
    world: World, tmp_path: Path, field: str, value: object, where: str
) -> None:
    first, *rest = world.made.manifest.orders
    orders = [msgspec.structs.replace(first, **{field: value}), *rest]
    made = world.made._replace(manifest=msgspec.structs.replace(world.made.manifest, orders=orders))
    problems = verdict_of(written(made, world.signer), tmp_path).problems
    assert any(problem.where.partition(" ")[2].startswith(where) for problem in problems), problems


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Better"),
        ("state", "missing"),
        ("deleted", True),
        ("value", "other caption"),
        ("received_at", "2020-01-01T00:00:00.000000Z"),
        ("added_by", "01900000-0000-7000-8000-000000000000"),
        ("kind", "photo"),
        ("size", 1),
        ("original_file_name", "b.txt"),
        ("content_type", "image/jpeg"),
        ("added_by", "Somebody Else"),
        ("taken_at", "1999-01-01T00:00:00Z"),
        ("received_at", "1999"),
        *((field, None) for field in ("value", "sha256", "size", "content_type", "original_file_name")),
    ],
)
def test_evidence_that_is_told_otherwise_is_found(world: World, tmp_path: Path, field: str, value: object) -> None:
    evidence_id, problems = told_otherwise(world, tmp_path, 1, {field: value})
    assert problems
    assert problems[0].where.startswith(f"1 evidence.{evidence_id}.")


@pytest.mark.parametrize(
    ("place", "field", "value", "where"),
    [
        (PHOTO, "step", None, "step"),
        (PHOTO, "taken_at", None, "taken_at_text"),
        (PHOTO, "taken_at", "2026-04-12T13:20:01Z", "taken_at_text"),
        (PHOTO, "value", None, "value_sha256"),
        (PHOTO, "sha256", "0" * 64, "sha256"),
        (DELETED, "deletion_reason", None, "deletion_reason"),
    ],
)
def test_what_is_left_out_or_added_is_found(
    world: World, tmp_path: Path, place: int, field: str, value: object, where: str
) -> None:
    evidence_id, problems = told_otherwise(world, tmp_path, place, {field: value})
    assert problems == [(Finding.RECORD_DIFFERS, f"1 evidence.{evidence_id}.{where}")]


def test_the_bytes_of_what_was_deleted_have_to_be_there(world: World, tmp_path: Path) -> None:
    evidence_id, problems = told_otherwise(world, tmp_path, DELETED, {"path": None})
    assert (Finding.BYTES_MISSING, f"1 evidence.{evidence_id}") in problems


def told_otherwise(world: World, tmp_path: Path, place: int, values: dict[str, Any]) -> tuple[str, list[Problem]]:
    """The evidence at this place says something else; its id, and what is found."""
    first, *rest = world.made.manifest.orders
    evidence = list(first.evidence)
    evidence[place] = msgspec.structs.replace(evidence[place], **values)
    changed = msgspec.structs.replace(first, evidence=evidence)
    made = world.made._replace(manifest=msgspec.structs.replace(world.made.manifest, orders=[changed, *rest]))
    return evidence[place].id, verdict_of(written(made, world.signer), tmp_path).problems


@pytest.mark.parametrize(
    ("field", "value", "where"),
    [
        ("status", "REJECTED", "status"),
        ("asked_at", "1999-01-01T00:00:00.000000Z", "requested_at"),
        ("answered_at", "1999-01-01T00:00:00.000000Z", "last_updated_at"),
        ("answered_at", None, "last_updated_at"),
        ("comment", None, "comment"),
        ("comment", "only after re-torque!", "comment"),
        ("content_sha256", None, "content_sha256"),
    ],
)
def test_an_approval_that_is_told_otherwise_is_found(
    world: World, tmp_path: Path, field: str, value: object, where: str
) -> None:
    (approval,) = world.made.manifest.orders[0].approvals
    problems = with_approval(world, tmp_path, msgspec.structs.replace(approval, **{field: value}))
    assert problems == [(Finding.RECORD_DIFFERS, f"1 approvals.{approval.approver}.{where}")]


def test_an_approver_is_named_by_id(world: World, tmp_path: Path) -> None:
    (approval,) = world.made.manifest.orders[0].approvals
    problems = with_approval(world, tmp_path, msgspec.structs.replace(approval, approver="Chief Inspector"))
    places = ["1 approvals.Chief Inspector", f"1 approvals.{approval.approver}"]
    assert problems == [(Finding.RECORD_DIFFERS, where) for where in places]


def with_approval(world: World, tmp_path: Path, approval: PackedApproval) -> list[Problem]:
    first, *rest = world.made.manifest.orders
    orders = [msgspec.structs.replace(first, approvals=[approval]), *rest]
    made = world.made._replace(manifest=msgspec.structs.replace(world.made.manifest, orders=orders))
    return verdict_of(written(made, world.signer), tmp_path).problems


def test_a_file_that_belongs_to_nothing_is_found(world: World, tmp_path: Path) -> None:
    """Even if the manifest lists it."""
    made = relisted(world.made._replace(files={**world.made.files, "1/photos/more.jpg": b"more"}))
    assert verdict_of(written(made, world.signer), tmp_path).problems == [(Finding.FILE_UNKNOWN, "1/photos/more.jpg")]
