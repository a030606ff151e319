"""Thousands of steps by several people, each compared with a small model of the rules: what is refused, and what is."""

import random
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path

from fettle.build import Parts, migrate, open_parts
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.credentials import read_credential
from fettle.domain.errors import FettleError
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.people import SCOPES_OF_A_KEY, Caller, Role, Scope
from fettle.domain.work_orders import Status
from fettle.services.gate import Done, Intent
from fettle.services.keys import NewKey
from fettle.services.rows import Page
from fettle.services.users import NewUser
from fettle.services.work_orders import NewWorkOrder
from fettle.settings import Settings
from tests.faults.counts import how_many
from tests.faults.rules_model import LIFE, REPEAT, Model, Person
from tests.services.conftest import Company, make_company

_REASONS = (None, " ", "because", "because", "therefore")
_ORDERS = 3
_ROLES = (Role.VIEWER, Role.OPERATOR, Role.OPERATOR, Role.PLANNER, Role.PLANNER, Role.ADMIN)


class Players:
    """The people of a company, with their sessions, and a key that may speak for all of them."""

    def __init__(self, company: Company, callers: dict[str, Caller], robot: Caller, roles: dict[str, str]) -> None:
        self.company, self.callers, self.robot, self.roles = company, callers, robot, roles

    def intent(self, who: Person, scope: Scope) -> Intent:
        if who.robot is not None:
            return Intent(self.robot, scope, named_user_id=who.id)
        return Intent(self.callers[who.id], scope)


async def _players(parts: Parts) -> Players:
    company = await make_company(parts)
    people = [await company.add(role, f"{number}@forge.example") for number, role in enumerate(_ROLES)]
    service = NewUser("robot@forge.example", "R", "R", Role.ADMIN)
    robot_id = (await parts.services.users.add(company.intent(Scope.USERS), service)).id
    key = await parts.owner.create_key(company.id, NewKey("robot", robot_id, SCOPES_OF_A_KEY))
    robot, _ = await parts.services.people.admit(read_credential(key.text or ""))
    roles = {user_id: role.value[0] for (user_id, _), role in zip(people, _ROLES, strict=True)}
    return Players(company, dict(people), robot, roles)


class Game:
    """Some orders, each with its model; a step is done by both."""

    def __init__(self, players: Players, chance: random.Random, component_id: str) -> None:
        self.players, self.chance, self.component_id = players, chance, component_id
        self.services = players.company.parts.services
        self.orders: dict[str, Model] = {}
        self.stale: dict[str, str] = {}
        self.told: Counter[str] = Counter()
        self.rules = {"four_eyes": True, "reasons_required": True}

    async def step(self) -> None:
        if len(self.orders) < _ORDERS:
            await self._make()
        if self.chance.random() < 0.02:
            await self._relax()
        order_id, who = self.chance.choice(list(self.orders)), self._who()
        deeds = [self._move, self._move, self._edit, self._attach, self._delete]
        deeds += [self._ask, self._decide, self._decide, self._decide, self._withdraw]
        expected, deed = self.chance.choice(deeds)(order_id, who)
        said = await _outcome(deed)
        assert said == expected, (deed, who, self.orders[order_id])
        self.told[said] += 1
        await self._compare(order_id)
        if self.orders[order_id].status == "ARCHIVED" and self.chance.random() < 0.3:
            del self.orders[order_id]

    def _who(self) -> Person:
        user_id = self.chance.choice(list(self.players.roles))
        robot = self.players.robot.user_id if self.chance.random() < 0.3 else None
        return Person(user_id, self.players.roles[user_id], robot)

    def _anybody(self) -> str:
        return self.chance.choice(list(self.players.roles))

    async def _make(self) -> None:
        makers = [user_id for user_id, role in self.players.roles.items() if role in "PA"]
        robot = self.players.robot.user_id
        maker = self.chance.choice([*makers, robot])
        who = Person(maker, "A", robot if maker == robot or self.chance.random() < 0.3 else None)
        intent = self.players.intent(who, Scope.WORK_ORDERS)
        done = await self.services.work_orders.create(intent, NewWorkOrder("Pump", self.component_id, 1))
        rules = {"four_eyes": self.rules["four_eyes"], "reasons": self.rules["reasons_required"]}
        self.orders[done.id] = Model(who, **rules)  # type: ignore[arg-type]  # by their names

    async def _relax(self) -> None:
        self.rules = {name: self.chance.random() < 0.7 for name in self.rules}
        await self.services.rules.set(self.players.company.intent(Scope.USERS), **self.rules)
        for model in self.orders.values():
            model.four_eyes, model.reasons = self.rules["four_eyes"], self.rules["reasons_required"]

    def _move(self, order_id: str, who: Person) -> tuple[str, Awaitable[Done]]:
        model, comment = self.orders[order_id], self.chance.choice(_REASONS)
        ahead = [to for to in LIFE[model.status] if to not in {"CANCELED", "ARCHIVED"}]
        to = self.chance.choice(ahead * 4 + list(LIFE))
        move = self.services.work_orders.move
        deed = move(self.players.intent(who, Scope.STATUS), order_id, Status(to), comment)
        return model.move(who, to, comment), deed

    def _edit(self, order_id: str, who: Person) -> tuple[str, Awaitable[Done]]:
        quantity = self.chance.choice([None, 1, 2])
        assignee = self._anybody() if quantity is None or self.chance.random() < 0.3 else None
        changes = {"quantity": quantity, "assignee_user_id": assignee}
        sent = {name: value for name, value in changes.items() if value is not None}
        deed = self.services.work_orders.edit(self.players.intent(who, Scope.WORK_ORDERS), order_id, sent)
        return self.orders[order_id].edit(who, quantity, assignee), deed

    def _attach(self, order_id: str, who: Person) -> tuple[str, Awaitable[Done]]:
        note = f"note {self.chance.getrandbits(64)}"
        new = NewAttachment(Type.TEXT, note, "text")
        deed = self.services.evidence.attach(self.players.intent(who, Scope.EVIDENCE), order_id, new, None)
        return self.orders[order_id].attach(who, note), deed

    def _delete(self, order_id: str, who: Person) -> tuple[str, Awaitable[Done]]:
        notes, reason = self.orders[order_id].notes, self.chance.choice(_REASONS)
        if not notes:
            return self._attach(order_id, who)
        note = self.chance.choice(list(notes))
        return self.orders[order_id].delete(who, note, reason), self._deleted(who, order_id, note, reason)

    async def _deleted(self, who: Person, order_id: str, note: str, reason: str | None) -> Done:
        view = await self.services.work_orders.get(self.players.robot, order_id)
        (entry,) = [each for each in view.evidence if each.name == note]
        return await self.services.evidence.delete(self.players.intent(who, Scope.EVIDENCE), order_id, entry.id, reason)

    def _ask(self, order_id: str, who: Person) -> tuple[str, Awaitable[Done]]:
        approver = self._anybody()
        deed = self.services.approvals.ask(self.players.intent(who, Scope.APPROVALS), order_id, approver)
        return self.orders[order_id].ask(who, approver, self.players.roles[approver]), deed

    def _withdraw(self, order_id: str, who: Person) -> tuple[str, Awaitable[Done]]:
        approver, reason = self._anybody(), self.chance.choice(_REASONS)
        deed = self.services.approvals.withdraw(self.players.intent(who, Scope.APPROVALS), order_id, approver, reason)
        return self.orders[order_id].withdraw(who, approver, reason), deed

    def _decide(self, order_id: str, who: Person) -> tuple[str, Awaitable[Done]]:
        model, status = self.orders[order_id], self.chance.choice(["APPROVED", "APPROVED", "REJECTED"])
        if model.answers and self.chance.random() < 0.8:
            approver = self.chance.choice(list(model.answers))
            who = Person(approver, self.players.roles[approver], who.robot)
        else:
            approver = self._anybody()
        comment, saw_it = self.chance.choice(_REASONS), self.chance.random() < 0.9
        seen = self.chance.choice([None, self.stale.get(order_id)]) if saw_it else "0" * 64
        intent = self.players.intent(who, Scope.APPROVALS)
        decide = self.services.approvals.decide
        deed = decide(intent, order_id, approver, ApprovalStatus(status), comment, seen)
        return model.decide(who, approver, status, comment, saw_it=saw_it), deed

    async def _compare(self, order_id: str) -> None:
        model, user_id = self.orders[order_id], self._anybody()
        summary = await self.services.reading.work_order(self.players.callers[user_id], order_id)
        order = summary.order
        assert (order.status.value, order.version, order.quantity, order.assignee_user_id) == (
            model.status,
            model.version,
            model.quantity,
            model.assignee,
        )
        found = {each.approver_user_id: (each.status.value, each.comment) for each in summary.approvals}
        assert found == model.answers
        assert {each.content_sha256 for each in summary.approvals} <= {summary.content_sha256}
        self.stale[order_id] = summary.content_sha256
        who = Person(user_id, self.players.roles[user_id])
        told = {move.to.value: [error.code for error in move.missing][:1] for move in summary.moves}
        assert told == {to: [bar] if (bar := model.bar(who, to)) else [] for to in LIFE[model.status]}
        log = await self.services.reading.activity(self.players.robot, order_id, Page(1, offset=model.version - 1))
        assert (log.total, log.items[0].seq) == (model.version, model.version)


async def _outcome(deed: Awaitable[Done]) -> str:
    try:
        done = await deed
    except FettleError as refused:
        return refused.code
    return REPEAT if done.replayed else ""


async def test_what_happens_is_what_the_rules_say(tmp_path: Path, chance: random.Random, *, long_run: bool) -> None:
    settings = Settings(data=tmp_path / "data")
    migrate(settings)
    steps = how_many("FAULT_STEPS", long_run=long_run)
    async with open_parts(settings, is_server=True) as parts:
        players = await _players(parts)
        order_id = await players.company.order()
        view = await parts.services.work_orders.get(players.robot, order_id)
        game = Game(players, chance, view.order.component_id)
        for _ in range(steps):
            await game.step()
    print(f"{steps} steps: {dict(game.told)}")
    missing = {"", REPEAT, "FORBIDDEN", "ROLE_NOT_ALLOWED", "FOUR_EYES", "INVALID_BODY"} - game.told.keys()
    assert steps < 400 or not missing
