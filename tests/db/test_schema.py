"""The schema is the same whether built from the tables or by the migrations, and it fits the domain's structs."""

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from alembic.script import ScriptDirectory

from fettle.db import schema
from fettle.db.activity import ACTIVITY
from fettle.db.approvals import APPROVALS
from fettle.db.catalogue import COMPONENTS, DATASETS, PART_NUMBERS
from fettle.db.checkpoint_copies import CHECKPOINT_COPIES
from fettle.db.company_rules import COMPANY_RULES
from fettle.db.completions import SIGNATURES
from fettle.db.direct_uploads import DIRECT_UPLOADS
from fettle.db.effects import EFFECTS
from fettle.db.erasures import ERASURES
from fettle.db.evidence import EVIDENCE
from fettle.db.file_links import FILE_LINKS
from fettle.db.files import FILES
from fettle.db.jobs import JOBS
from fettle.db.late_photos import LATE_PHOTOS
from fettle.db.legal_holds import LEGAL_HOLDS
from fettle.db.log import CHECKPOINTS
from fettle.db.migrations import run
from fettle.db.pack_jobs import PACK_JOBS
from fettle.db.passkeys import CHALLENGES, PASSKEYS
from fettle.db.people import COMPANIES, CREDENTIALS, USERS
from fettle.db.pictures import FILE_FACTS, RENDITIONS
from fettle.db.refusals import SchemaNotCurrent
from fettle.db.required_photos import REQUIRED_PHOTOS
from fettle.db.sqlite_module import sqlite3
from fettle.db.table import Table
from fettle.db.tables import metadata
from fettle.db.templates import TEMPLATE_ATTACHMENTS, TEMPLATE_PHOTOS, TEMPLATES
from fettle.db.upload_limits import UPLOAD_LIMITS
from fettle.db.uploads import UPLOAD_PARTS, UPLOADS
from fettle.db.urls import sqlite_path
from fettle.db.work_order_lists import WORK_ORDERS

STRUCT_TABLES: list[Table[Any]] = [
    *(ACTIVITY, APPROVALS, COMPONENTS, DATASETS, PART_NUMBERS, EFFECTS, EVIDENCE, FILES, JOBS),
    *(COMPANIES, CREDENTIALS, USERS, WORK_ORDERS, UPLOADS, UPLOAD_PARTS, DIRECT_UPLOADS),
    *(FILE_FACTS, RENDITIONS, FILE_LINKS, LATE_PHOTOS, UPLOAD_LIMITS, CHECKPOINTS, REQUIRED_PHOTOS),
    *(TEMPLATES, TEMPLATE_PHOTOS, TEMPLATE_ATTACHMENTS, COMPANY_RULES, LEGAL_HOLDS, ERASURES, CHECKPOINT_COPIES),
    *(PACK_JOBS, SIGNATURES, PASSKEYS, CHALLENGES),
]
_UPLOAD_NUMBERS = ("length", "received", "created_at", "expires_at")
_UPLOAD_BEFORE_KEYS = ("id", "company_id", "work_order_id", "user_id", "kind", "metadata", *_UPLOAD_NUMBERS)
_DESCRIBE_POSTGRES = """
    SELECT 'column', attrelid::regclass::text, attnum::text, attname::text, format_type(atttypid, atttypmod),
           attnotnull::text, attgenerated::text, coalesce(pg_get_expr(adbin, adrelid), ''), attcollation::text
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '', '', ''
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(pg_trigger.oid), prosrc, '', '', '', ''
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal
    UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '', '', '', ''
    FROM pg_indexes WHERE schemaname = 'public'
"""


_DESCRIBE_SQLITE = """
    SELECT 'column', s.name, x.cid, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
    FROM sqlite_schema s JOIN pragma_table_xinfo(s.name) x WHERE s.type = 'table'
"""


def _words(statement: str) -> str:
    """A statement without regard to the order of its parts: SQLite puts an added column behind the constraints."""
    return " ".join(sorted(re.findall(r"[^\s,()]+|[()]", statement)))


def describe(url: str) -> set[tuple[str, ...]]:
    path = sqlite_path(url)
    if path is None:
        with psycopg.connect(url) as connection:
            rows = set(connection.execute(_DESCRIBE_POSTGRES).fetchall())
    else:
        with closing(sqlite3.connect(path)) as connection:
            statements = connection.execute("SELECT type, tbl_name, name, sql FROM sqlite_schema").fetchall()
            columns = connection.execute(_DESCRIBE_SQLITE).fetchall()
        rows = {(*row[:3], _words(row[3] or "")) for row in statements}
        rows |= {tuple(map(str, row)) for row in columns}
    return {row for row in rows if row[1] != "alembic_version"}


def test_migrations_and_tables_make_the_same_schema(empty_url: str, database_url: str) -> None:
    path = sqlite_path(empty_url)
    if path is not None:
        path.parent.mkdir()
    made = run.make_engine(empty_url)
    metadata.create_all(made)
    assert describe(empty_url) == describe(database_url)
    assert len(describe(database_url)) > 40


def test_columns_are_the_fields_of_the_structs() -> None:
    others = {"work_order_words", "link_secrets", "logs", "log_nodes", "pack_orders"}
    assert {table.name for table in STRUCT_TABLES} | others == set(metadata.tables)
    for table in STRUCT_TABLES:
        columns = metadata.tables[table.name].columns
        assert tuple(column.name for column in columns if column.computed is None) == table.fields
        for field in msgspec.structs.fields(table.struct):
            optional = type(None) in getattr(field.type, "__args__", ())
            assert columns[field.name].nullable == optional, (table.name, field.name)


def test_the_head_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(run.__file__).parent))
    assert scripts.get_heads() == [schema.HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == schema.KNOWN


def test_an_upgrade_is_done_once(empty_url: str) -> None:
    assert schema.current_version(empty_url) is None
    with pytest.raises(SchemaNotCurrent, match="no tables"):
        schema.require_current(empty_url)
    assert schema.upgrade(empty_url)
    assert not schema.upgrade(empty_url)
    schema.require_current(empty_url)


def test_uploads_that_are_under_way_outlive_an_upgrade(empty_url: str) -> None:
    path = sqlite_path(empty_url)
    if path is not None:
        path.parent.mkdir()
    run.run_migrations(empty_url, "0008")
    values = {name: ("1" if name in _UPLOAD_NUMBERS else "'photo'") for name in _UPLOAD_BEFORE_KEYS}
    insert = f"INSERT INTO uploads ({', '.join(values)}) VALUES ({', '.join(values.values())})"  # noqa: S608 - names of our own
    with closing(psycopg.connect(empty_url) if path is None else sqlite3.connect(path)) as connection:
        if path is None:
            connection.execute("SET session_replication_role = replica")  # without its company and order
        connection.execute(insert)
        connection.commit()
    assert schema.upgrade(empty_url)
    with closing(psycopg.connect(empty_url) if path is None else sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT kind, length, key_id FROM uploads").fetchall()
    assert rows == [("photo", 1, None)]


def test_two_processes_may_upgrade_at_once(empty_url: str) -> None:
    code = f"from fettle.db import schema; schema.upgrade({empty_url!r})"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    schema.require_current(empty_url)


def test_tables_of_a_newer_release_are_left_alone(database_url: str) -> None:
    path = sqlite_path(database_url)
    with closing(psycopg.connect(database_url) if path is None else sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(SchemaNotCurrent, match="newer"):
        schema.require_current(database_url)
    with pytest.raises(SchemaNotCurrent, match="newer"):
        schema.upgrade(database_url)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    schema.upgrade(f"sqlite://{tmp_path}/folder/fettle.db")
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "folder").iterdir()}
    assert set(modes.values()) == {0o600}


def test_a_start_loads_neither_sqlalchemy_nor_alembic(sqlite_url: str) -> None:
    code = (
        "import asyncio, sys; from fettle.db import schema; from fettle.db.open import open_database\n"
        f"schema.upgrade({sqlite_url!r}); database = open_database({sqlite_url!r}, exclusive=True)\n"
        "asyncio.run(database.start())\n"
        "print(sorted({'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert printed.stdout == "[]\n"


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite://", "sqlite:///", "fettle.db", "/fettle.db"])
def test_another_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="Not a database URL"):
        sqlite_path(url)
