"""What an account must look like: e-mail address, names, password. All checks raise INVALID_BODY naming the field."""

import re
from typing import Final

from fettle.domain.errors import Forbidden, invalid_field
from fettle.domain.limits import MAX_NAME_CHARACTERS
from fettle.domain.people import SCOPES_OF_A_KEY, SCOPES_OF_ROLE, Caller, CredentialKind, Role, Scope
from fettle.domain.photos import has_control

MIN_PASSWORD_CHARACTERS: Final = 10
MAX_PASSWORD_CHARACTERS: Final = 1024
_MAX_EMAIL_CHARACTERS: Final = 254
_EMAIL: Final = re.compile(r"[^\s@\x00-\x1f\x7f]{1,64}@[^\s@\x00-\x1f\x7f]+")


def check_email(email: str) -> str:
    """The address in lower case, one `@` with something on either side; nobody can know more without writing to it."""
    if len(email) > _MAX_EMAIL_CHARACTERS or not _EMAIL.fullmatch(email):
        raise invalid_field("email", "email")
    return email.lower()


def check_person_name(name: str, field: str) -> str:
    """The name without surrounding white space: 1 to 500 characters, no control characters."""
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= MAX_NAME_CHARACTERS:
        raise invalid_field(field, "length", min=1, max=MAX_NAME_CHARACTERS)
    if has_control(trimmed):
        raise invalid_field(field, "control_characters")
    return trimmed


def check_password(password: str, field: str = "password") -> str:
    """The password as it is: 10 to 1,024 characters of any kind."""
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        raise invalid_field(field, "length", min=MIN_PASSWORD_CHARACTERS, max=MAX_PASSWORD_CHARACTERS)
    return password


def check_key_scopes(scopes: frozenset[Scope]) -> str:
    """The scopes as they are kept, sorted, a space between two; at least one, and none that a key never has."""
    if not scopes:
        raise invalid_field("scopes", "empty")
    if not scopes <= SCOPES_OF_A_KEY:
        raise invalid_field("scopes", "scopes", scopes=" ".join(sorted(scopes - SCOPES_OF_A_KEY)))
    return " ".join(sorted(scopes))


def require_within(caller: Caller, role: Role) -> None:
    """Raise Forbidden unless the caller has every right of the role: nobody gives, or takes, more than he has."""
    for scope in sorted(SCOPES_OF_ROLE[role]):
        caller.require(scope)


def require_user_token(caller: Caller) -> None:
    """Raise Forbidden for an API key: what is done to a session or a password is done by its person."""
    if caller.kind is not CredentialKind.TOKEN:
        raise Forbidden("USER_TOKEN_REQUIRED")
