"""`fettle key`: API keys."""

import argparse

from fettle.build import Parts
from fettle.cli.parts import with_parts
from fettle.cli.printing import print_facts, print_rows
from fettle.cli.reading import choose_company, read_expiry, read_scopes
from fettle.cli.words import say
from fettle.domain.errors import NotFound
from fettle.domain.ids import parse_uuid
from fettle.domain.instants import Instant, show_instant
from fettle.domain.people import Credential
from fettle.services.keys import NewKey
from fettle.settings import Settings


def create_key(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make a key for a user, and show it once."""
    scopes = read_scopes(arguments.scopes)

    async def work(parts: Parts) -> None:
        user = await parts.owner.get_user_by_email(arguments.user)
        expires_at = read_expiry(arguments.expires, parts.clock.now())
        new = NewKey(arguments.name or user.email, user.id, scopes, expires_at)
        made = await parts.owner.create_key(user.company_id, new)
        facts = {"id": made.done.id, "api_key": made.text, "user": user.email, "expires_at": _shown(expires_at)}
        print_facts(facts, settings.language, as_json=arguments.json)

    with_parts(settings, work)


def list_keys(settings: Settings, arguments: argparse.Namespace) -> None:
    """List the keys of a company."""

    async def work(parts: Parts) -> None:
        company = choose_company(await parts.owner.companies(), arguments.company)
        emails = {user.id: user.email for user in await parts.owner.users(company.id)}
        keys = await parts.owner.keys(company.id)
        rows = [_row(key, emails.get(key.user_id, key.user_id)) for key in keys]
        print_rows(rows, settings.language, as_json=arguments.json)

    with_parts(settings, work)


def revoke_key(settings: Settings, arguments: argparse.Namespace) -> None:
    """End a key."""

    async def work(parts: Parts) -> None:
        key_id = parse_uuid(arguments.id)
        if key_id is None:
            raise NotFound
        await parts.owner.revoke_key(key_id)
        print(say(settings.language, "revoked", key_id=key_id))

    with_parts(settings, work)


def _row(key: Credential, email: str) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "user": email,
        "scopes": key.scopes,
        "created_at": _shown(key.created_at),
        "expires_at": _shown(key.expires_at),
        "last_used_at": _shown(key.last_used_at),
        "revoked_at": _shown(key.revoked_at),
    }


def _shown(instant: Instant | None) -> str | None:
    return None if instant is None else show_instant(instant)
