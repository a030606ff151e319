"""The tables of what is in files; a room of their own beside `tables.py`, which says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint, text

from fettle.db.columns import (
    DOUBLE,
    INSTANT,
    INTEGER,
    needed,
    one_of,
    optional,
    refers_to,
    table,
)
from fettle.domain.late_photos import LateState
from fettle.domain.pictures import RenditionKind

file_facts = table(
    "file_facts",
    refers_to("file_name", "files", "name"),
    refers_to("company_id", "companies"),
    needed("read_at", INSTANT),
    optional("width", INTEGER),
    optional("height", INTEGER),
    optional("orientation", INTEGER),
    optional("pages", INTEGER),
    optional("captured_text"),
    optional("captured_at", INSTANT),
    optional("latitude", DOUBLE),
    optional("longitude", DOUBLE),
    optional("altitude_m", DOUBLE),
    optional("camera_make"),
    optional("camera_model"),
    optional("placeholder"),
    optional("look"),
    optional("problem"),
    optional("looks_like"),
    PrimaryKeyConstraint("file_name"),
    *(Index(f"file_facts_look_{at}_idx", "company_id", text(f"(substr(look, {at}, 4))")) for at in (1, 5, 9, 13)),
    sqlite_with_rowid=False,
)

renditions = table(
    "renditions",
    refers_to("file_name", "files", "name"),
    needed("kind"),
    refers_to("company_id", "companies"),
    needed("storage_key"),
    needed("size", INTEGER),
    needed("sha256"),
    needed("width", INTEGER),
    needed("height", INTEGER),
    needed("created_at", INSTANT),
    one_of("kind", RenditionKind),
    UniqueConstraint("storage_key"),
    PrimaryKeyConstraint("file_name", "kind"),
    sqlite_with_rowid=False,
)

late_photos = table(
    "late_photos",
    refers_to("evidence_id", "evidence"),
    refers_to("company_id", "companies"),
    refers_to("work_order_id", "work_orders"),
    needed("state"),
    optional("decided_at", INSTANT),
    refers_to("decided_by_user_id", "users", nullable=True),
    optional("reason"),
    one_of("state", LateState),
    PrimaryKeyConstraint("evidence_id"),
    sqlite_with_rowid=False,
)
