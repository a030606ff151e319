"""The people of a company as pages name them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from fettle.domain.people import Caller, Scope, User
from fettle.web.calls import Call


class Reader(NamedTuple):
    """Who looks at a page; `awaited` is how many work orders wait for their answer."""

    user: User
    caller: Caller
    awaited: int = 0

    def may(self, scope: str) -> bool:
        """Whether the reader has the right of that name."""
        return Scope(scope) in self.caller.scopes


async def reader_of(call: Call) -> Reader:
    """The person behind the session."""
    caller = call.caller
    user = await call.services.users.get(caller, caller.user_id)
    return Reader(user, caller, await call.services.reading.count_questions(caller))


async def reader_among(call: Call, people: Iterable[User]) -> Reader:
    """The same, where all people of the company are read already."""
    caller = call.caller
    user = next(user for user in people if user.id == caller.user_id)
    return Reader(user, caller, await call.services.reading.count_questions(caller))


def name_of(user: User) -> str:
    """First and last name, else the address."""
    return f"{user.first_name} {user.last_name}".strip() or user.email


async def names_of(call: Call) -> Mapping[str, str]:
    """The names of all people of the company, by id."""
    return names_among((await call.services.users.page(call.caller)).items)


def names_among(people: Iterable[User]) -> dict[str, str]:
    """The same, where they are read already."""
    return {user.id: name_of(user) for user in people}


async def assignable(call: Call) -> Mapping[str, str]:
    """The names of those who can be given work, by id."""
    users = (await call.services.users.page(call.caller)).items
    return {user.id: name_of(user) for user in users if user.is_active and not user.is_system}
