"""`fettle init` and `fettle user`: companies and users."""

import argparse

from fettle.build import Parts, migrate
from fettle.cli.parts import with_parts
from fettle.cli.printing import print_facts, print_rows
from fettle.cli.reading import choose_company, read_password
from fettle.cli.words import say
from fettle.domain.instants import show_instant
from fettle.domain.people import Role, User
from fettle.services.users import NewUser, UserChange
from fettle.settings import Settings


def init(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make the tables when there are none, then a company with its first administrator."""
    migrate(settings)

    async def work(parts: Parts) -> None:
        new, shown = _new_user(parts, arguments, Role.ADMIN, has_password=True)
        company_id, user_id = await parts.owner.create_company(arguments.company, new)
        facts = {"company_id": company_id, "user_id": user_id, "email": new.email.lower(), "password": shown}
        print_facts(facts, settings.language, as_json=arguments.json)

    with_parts(settings, work)


def add_user(settings: Settings, arguments: argparse.Namespace) -> None:
    """Add a user to a company."""

    async def work(parts: Parts) -> None:
        company = choose_company(await parts.owner.companies(), arguments.company)
        has_password = not arguments.no_password
        new, shown = _new_user(parts, arguments, Role(arguments.role), has_password=has_password)
        done = await parts.owner.add_user(company.id, new)
        facts = {"user_id": done.id, "email": new.email.lower(), "role": arguments.role, "password": shown}
        print_facts(facts, settings.language, as_json=arguments.json)

    with_parts(settings, work)


def list_users(settings: Settings, arguments: argparse.Namespace) -> None:
    """List the users of a company."""

    async def work(parts: Parts) -> None:
        company = choose_company(await parts.owner.companies(), arguments.company)
        users = [_row(user) for user in await parts.owner.users(company.id)]
        print_rows(users, settings.language, as_json=arguments.json)

    with_parts(settings, work)


def disable_user(settings: Settings, arguments: argparse.Namespace) -> None:
    """Disable a user."""

    async def work(parts: Parts) -> None:
        user = await parts.owner.get_user_by_email(arguments.email)
        await parts.owner.change_user(user.company_id, user.id, UserChange(is_active=False))
        print(say(settings.language, "disabled", email=user.email))

    with_parts(settings, work)


def _new_user(
    parts: Parts, arguments: argparse.Namespace, role: Role, *, has_password: bool
) -> tuple[NewUser, str | None]:
    """The user to be, and the password to show: only one that was made here."""
    sent = read_password(arguments.password_file)
    made = parts.clock.new_secret()[:20] if has_password and sent is None else None
    name = arguments.email.partition("@")[0]
    first, last = arguments.first_name or name, arguments.last_name or name
    return NewUser(arguments.email, first, last, role, sent or made), made


def _row(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "role": user.role.value,
        "is_active": user.is_active,
        "created_at": show_instant(user.created_at),
    }
