"""The tables of bytes on their way in; a room of their own beside `tables.py`, which says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint

from fettle.db.columns import (
    BIGINT,
    INSTANT,
    at_least,
    id_column,
    index_where,
    needed,
    one_of,
    optional,
    refers_to,
    table,
)
from fettle.domain.uploads import UploadKind

uploads = table(
    "uploads",
    id_column(),
    refers_to("company_id", "companies"),
    refers_to("work_order_id", "work_orders"),
    refers_to("user_id", "users"),
    needed("kind"),
    needed("length", BIGINT),
    needed("received", BIGINT),
    needed("metadata"),
    needed("created_at", INSTANT),
    needed("expires_at", INSTANT),
    optional("name"),
    optional("file_name"),
    optional("step"),
    optional("taken_at", INSTANT),
    optional("taken_at_text"),
    optional("sha256"),
    refers_to("evidence_id", "evidence", nullable=True),
    optional("key_id"),
    one_of("kind", UploadKind),
    at_least("length", 1),
    at_least("received", 0),
    Index(None, "expires_at", "id"),
    Index(None, "company_id", "user_id"),
    index_where("uploads_evidence_idx", "evidence_id", "evidence_id IS NOT NULL"),
)

upload_parts = table(
    "upload_parts",
    refers_to("upload_id", "uploads"),
    refers_to("company_id", "companies"),
    needed("start", BIGINT),
    needed("size", BIGINT),
    needed("name"),
    at_least("size", 1),
    PrimaryKeyConstraint("upload_id", "start"),
    sqlite_with_rowid=False,
)

direct_uploads = table(
    "direct_uploads",
    id_column(),
    refers_to("company_id", "companies"),
    refers_to("work_order_id", "work_orders"),
    refers_to("user_id", "users"),
    needed("file_name"),
    needed("content_type"),
    needed("size", BIGINT),
    needed("created_at", INSTANT),
    needed("expires_at", INSTANT),
    optional("sha256"),
    refers_to("evidence_id", "evidence", nullable=True),
    optional("swept_at", INSTANT),
    at_least("size", 1),
    index_where("direct_uploads_unswept_idx", "id", "swept_at IS NULL"),
    sqlite_with_rowid=False,
)

upload_limits = table(
    "upload_limits",
    refers_to("company_id", "companies"),
    needed("role"),
    needed("changed_at", INSTANT),
    refers_to("changed_by_user_id", "users"),
    optional("max_file_bytes", BIGINT),
    optional("max_order_bytes", BIGINT),
    optional("max_order_files", BIGINT),
    optional("max_open_uploads", BIGINT),
    optional("allowed_types"),
    PrimaryKeyConstraint("company_id", "role"),
    sqlite_with_rowid=False,
)
