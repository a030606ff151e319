"""The one way in for every change: who calls, under whom it is recorded, and whether it was done before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from fettle.domain.crash_points import crash_point
from fettle.domain.errors import Detail, Invalid, Unauthenticated
from fettle.domain.instants import Instant
from fettle.domain.people import Caller, Role, Scope, User, caller_of, may_act_as
from fettle.domain.repeats import Effect, Idempotency, require_same
from fettle.services.ports import Clock, Database
from fettle.services.rows import Transaction


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish to change something: whose, with which right, recorded under whom, and under which conditions.

    `named_user_id` is the person the client names (in its field `named_field`); the caller itself without one.
    `versions` are those that If-Match accepts, None for any.
    """

    caller: Caller
    scope: Scope
    named_user_id: str | None = None
    named_field: str = "user_id"
    idempotency: Idempotency | None = None
    versions: frozenset[int] | None = None


class Done(NamedTuple):
    """What a change made or touched, by id; `replayed` when an earlier request had done it already.

    `version` is the one that it made of the work order (None where none is told, as for a repeat).
    """

    id: str
    replayed: bool = False
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A change being carried out: in which company, under whose name, when. `role` is the caller's, None the server.

    `caller_id` and `actor_role` are of the user behind the credential, and of the person that it is recorded under;
    `key_id` is that of the credential, where it is a key.
    """

    company_id: str
    actor_id: str
    now: Instant
    new_id: Callable[[], str]
    new_salt: Callable[[], str]
    role: Role | None = None
    caller_id: str | None = None
    actor_role: Role | None = None
    key_id: str | None = None

    @property
    def through_user_id(self) -> str | None:
        """The caller, where another person is named."""
        return self.caller_id if self.caller_id != self.actor_id else None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Those that have to be allowed to: a key lends nobody its role, nor takes that of whom it names."""
        return tuple(role for role in (self.role, self.actor_role) if role is not None)

    @property
    def people(self) -> frozenset[str]:
        """Who is behind it: the person it is recorded under, and the caller."""
        return frozenset({self.actor_id, self.caller_id or self.actor_id})


Command = Callable[[Transaction, Act], Done]


class Gate:
    """Runs every command of every service; nothing else writes on behalf of a caller."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._clock = clock

    async def write(self, intent: Intent, command: Command, *, work_order_id: str | None = None) -> Done:
        """Carry out the command in one durable transaction.

        Raises, in this order: Unauthenticated or Forbidden when the credential no longer counts; NOT_YOURSELF or
        USER_NOT_FOUND for the named person; IDEMPOTENCY_KEY_REUSED; then whatever the command raises.
        """
        now = self._clock.now()

        def run(tx: Transaction) -> Done:
            company_id = intent.caller.company_id
            role = _require_caller(tx, intent, now)
            actor_id, actor_role = _actor(tx, intent, role)
            made = (company_id, actor_id, now, self._clock.new_id, self._clock.new_salt)
            act = Act(*made, role, intent.caller.user_id, actor_role, intent.caller.key_id)
            return _once(tx, intent, act, command)

        done = await self._database.write(run, work_order_id=work_order_id)
        crash_point("before_answer")
        return done

    async def write_as_server(self, company_id: str, command: Command, *, work_order_id: str | None = None) -> Done:
        """Carry out what the server does by itself, recorded under the company's system user."""
        now = self._clock.now()

        def run(tx: Transaction) -> Done:
            actor_id = tx.people.system_user_id(company_id)
            return command(tx, Act(company_id, actor_id, now, self._clock.new_id, self._clock.new_salt))

        return await self._database.write(run, work_order_id=work_order_id)


def _require_caller(tx: Transaction, intent: Intent, now: Instant) -> Role:
    standing = tx.people.find_standing(intent.caller.credential_id)
    if standing is None or not standing.counts_at(now):
        raise Unauthenticated
    caller_of(standing).require(intent.scope)
    return standing.role


def _actor(tx: Transaction, intent: Intent, role: Role) -> tuple[str, Role]:
    named = intent.named_user_id
    if named is None or named == intent.caller.user_id:
        return intent.caller.user_id, role
    may_act_as(intent.caller, named)
    return named, require_user(tx, intent.caller.company_id, named, intent.named_field).role


def require_user(tx: Transaction, company_id: str, user_id: str, field: str) -> User:
    """That user; raises USER_NOT_FOUND, naming the field: one answer for unknown, foreign, disabled, system users."""
    user = tx.people.find_user(company_id, user_id)
    if user is None or not user.is_active or user.is_system:
        raise Invalid("USER_NOT_FOUND", Detail(field, "user_not_found"))
    return user


def _once(tx: Transaction, intent: Intent, act: Act, command: Command) -> Done:
    sent = intent.idempotency
    if sent is None:
        return command(tx, act)
    effect = tx.effects.find(act.company_id, intent.caller.user_id, sent.key)
    if effect is not None:
        require_same(effect, sent)
        return Done(effect.result, replayed=True)
    done = command(tx, act)
    tx.effects.add(Effect(act.company_id, intent.caller.user_id, sent.key, sent.fingerprint, done.id, act.now))
    return done
