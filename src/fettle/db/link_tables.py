"""The tables of links and what signs them; `tables.py`, beside which they are, says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint

from fettle.db.columns import INSTANT, id_column, needed, optional, refers_to, table

file_links = table(
    "file_links",
    id_column(),
    refers_to("company_id", "companies"),
    refers_to("file_name", "files", "name"),
    refers_to("created_by_user_id", "users"),
    needed("created_at", INSTANT),
    needed("expires_at", INSTANT),
    optional("revoked_at", INSTANT),
    Index(None, "file_name"),
    sqlite_with_rowid=False,
)

link_secrets = table(
    "link_secrets",
    refers_to("company_id", "companies"),
    needed("secret"),
    needed("created_at", INSTANT),
    PrimaryKeyConstraint("company_id"),
    sqlite_with_rowid=False,
)
