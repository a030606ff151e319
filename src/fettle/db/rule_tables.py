"""The tables of what decides on a work order; beside `tables.py`, which says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint

from fettle.db.append_only import STATEMENTS
from fettle.db.columns import (
    BOOLEAN,
    INSTANT,
    INTEGER,
    added_later,
    index_where,
    needed,
    one_of,
    optional,
    refers_to,
    table,
)
from fettle.db.guards import guard
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.company_rules import CompletionSignature
from fettle.domain.completions import Method

approvals = table(
    "approvals",
    refers_to("work_order_id", "work_orders"),
    refers_to("approver_user_id", "users"),
    refers_to("company_id", "companies"),
    refers_to("requested_by_user_id", "users"),
    needed("requested_at", INSTANT),
    needed("status"),
    needed("last_updated_at", INSTANT),
    optional("comment"),
    optional("content_sha256"),
    one_of("status", ApprovalStatus),
    PrimaryKeyConstraint("work_order_id", "approver_user_id"),
    index_where("approvals_pending_idx", "approver_user_id", "status = 'PENDING'"),
    sqlite_with_rowid=False,
)

company_rules = table(
    "company_rules",
    refers_to("company_id", "companies"),
    optional("changed_at", INSTANT),
    refers_to("changed_by_user_id", "users", nullable=True),
    needed("four_eyes", BOOLEAN),
    needed("reasons_required", BOOLEAN),
    added_later("retention_days", INTEGER, "3650"),
    added_later("completion_signature", default=f"'{CompletionSignature.OPTIONAL}'"),
    PrimaryKeyConstraint("company_id"),
    sqlite_with_rowid=False,
)

signatures = table(
    "signatures",
    refers_to("work_order_id", "work_orders"),
    needed("version", INTEGER),
    refers_to("company_id", "companies"),
    refers_to("signer_user_id", "users"),
    needed("signed_at", INSTANT),
    needed("method"),
    needed("statement_sha256"),
    needed("content_sha256"),
    needed("evidence_sha256"),
    refers_to("drawn_file_name", "files", "name", nullable=True),
    optional("assertion"),
    one_of("method", Method),
    PrimaryKeyConstraint("work_order_id", "version"),
    Index(None, "drawn_file_name"),
    sqlite_with_rowid=False,
)
guard(signatures, STATEMENTS["signatures"])
