"""Orders of before the gates: who edited their content last is read from their log."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from fettle.db import schema
from fettle.db.migrations import run
from tests.servers.postgres import PostgresServer

_BEFORE = "0008"
_TYPED = {"changes": {"assignee_user_id": [None, "x"]}, "comment": 'typed "name":[1] and "phase":['}
_LOGS: list[tuple[str | None, list[tuple[str, Mapping[str, Any]]]]] = [
    (None, []),
    (None, [("EDITED", _TYPED), ("PHOTO_ADDED", {}), ("APPROVAL_GIVEN", {"changes": {"approvals.x": [None, "y"]}})]),
    ("u1", [("EDITED", {"changes": {"quantity": [1, 2]}}), ("EDITED", _TYPED)]),
    ("u1", [("ATTACHMENT_ADDED", {}), ("PHOTO_ADDED", {}), ("STATUS_CHANGED", {}), ("COMMENTED", _TYPED)]),
    ("u2", [("ATTACHMENT_ADDED", {}), ("EDITED", {"changes": {"deadline": [1, 2], "name": ["a", "b"]}})]),
    ("u2", [("EDITED", {"changes": {"phase": ["", "b"]}}), ("ATTACHMENT_DELETED", {})]),
]
_ROWS = """
    INSERT INTO companies (id, name, created_at, last_wo_number) VALUES ('c', 'C', 1, 9);
    INSERT INTO users (id, company_id, email, first_name, last_name, role, created_at, is_system)
    VALUES ('u0', 'c', 'a', '', '', 'ADMIN', 1, {no}), ('u1', 'c', 'b', '', '', 'ADMIN', 1, {no}),
           ('u2', 'c', 'd', '', '', 'ADMIN', 1, {no}), ('u3', 'c', 'e', '', '', 'ADMIN', 1, {no}),
           ('u4', 'c', 'f', '', '', 'ADMIN', 1, {no});
    INSERT INTO components (id, company_id, name, component_type, is_active, created_at)
    VALUES ('p', 'c', 'P', 'SN', {yes}, 1)
"""
_ORDER = sa.text(
    "INSERT INTO work_orders (id, company_id, wo_number, name, component_id, created_at, created_by_user_id, status,"
    " phase, quantity, updated_at, version) VALUES (:id, 'c', :number, 'n', 'p', 1, 'u0', 'DRAFT', '', 1, 1, 9)"
)
_ENTRY = sa.text(
    "INSERT INTO activity (id, company_id, work_order_id, seq, type, added_at, added_by_user_id, data)"
    " VALUES (:id, 'c', :id, :seq, :type, 1, :user, :data)"
)


@pytest.fixture
def old_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database of the release before, with orders in it."""
    if engine == "sqlite":
        url = f"sqlite://{tmp_path}/fettle.db"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database()
    run.run_migrations(url, _BEFORE)
    yes, no = ("1", "0") if engine == "sqlite" else ("true", "false")
    with run.make_engine(url).begin() as connection:
        for statement in _ROWS.format(yes=yes, no=no).split(";"):
            connection.execute(sa.text(statement))
        for number, (_, entries) in enumerate(_LOGS, 1):
            connection.execute(_ORDER, {"id": f"o{number}", "number": number})
            for seq, (entry_type, data) in enumerate(entries, 1):
                text = json.dumps(data, separators=(",", ":"))
                said = {"id": f"o{number}", "seq": seq, "type": entry_type, "user": f"u{seq}", "data": text}
                connection.execute(_ENTRY, said)
    return url


def test_the_last_editor_of_the_content_is_found_in_the_log(old_url: str) -> None:
    assert schema.upgrade(old_url)
    with run.make_engine(old_url).begin() as connection:
        rows = connection.execute(
            sa.text("SELECT wo_number, content_edited_by_user_id FROM work_orders ORDER BY wo_number")
        ).fetchall()
    assert [editor for _, editor in rows] == [editor for editor, _ in _LOGS]
