"""The tables of passkeys; `tables.py`, beside which they are, says how tables are written."""

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint

from fettle.db.columns import BIGINT, INSTANT, id_column, needed, one_of, optional, refers_to, table
from fettle.domain.passkeys import Purpose

passkeys = table(
    "passkeys",
    id_column(),
    refers_to("company_id", "companies"),
    refers_to("user_id", "users"),
    needed("name"),
    needed("credential_id"),
    needed("public_key"),
    needed("sign_count", BIGINT),
    needed("created_at", INSTANT),
    optional("last_used_at", INSTANT),
    UniqueConstraint("credential_id"),
    Index(None, "user_id", "created_at", "id"),
)

passkey_challenges = table(
    "passkey_challenges",
    refers_to("user_id", "users"),
    needed("purpose"),
    needed("subject"),
    refers_to("company_id", "companies"),
    needed("nonce"),
    needed("sha256"),
    needed("expires_at", INSTANT),
    one_of("purpose", Purpose),
    PrimaryKeyConstraint("user_id", "purpose", "subject"),
    sqlite_with_rowid=False,
)
