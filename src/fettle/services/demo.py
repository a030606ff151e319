"""The demo company: people, a catalogue and a handful of work orders, made through the same services as everything."""

from typing import Final

import msgspec

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.catalogue import ComponentType
from fettle.domain.credentials import read_credential
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.people import SCOPES_OF_A_KEY, Caller, Role, Scope
from fettle.domain.work_orders import Status
from fettle.services.bundle import Services
from fettle.services.catalogue import NewComponent, NewPartNumber
from fettle.services.files import Upload
from fettle.services.gate import Intent
from fettle.services.keys import NewKey
from fettle.services.owner import Owner
from fettle.services.users import NewUser
from fettle.services.work_orders import NewWorkOrder

_PASSWORD_CHARACTERS: Final = 16
_TO_COMPLETE: Final = (Status.REVIEW, Status.PRODUCTION, Status.COMPLETE)
# Name, quantity, phase, and the moves that it has made. The first one stays a DRAFT, to be tried with.
_ORDERS: Final = (
    ("Bracket, first batch", 12, "Machining", ()),
    ("Bracket, rework after inspection", 3, "Inspection", (Status.REVIEW,)),
    ("Gear housing for pump station 2", 1, "Assembly", (Status.REVIEW, Status.PRODUCTION)),
    ("Yearly service of press 4", 1, "Service", _TO_COMPLETE),
    ("Pilot series of housings", 5, "Closed", (*_TO_COMPLETE, Status.ARCHIVED)),
    ("Bracket in brass", 2, "", (Status.CANCELED,)),
)


class DemoCompany(msgspec.Struct, frozen=True):
    """What a newcomer needs to try it. `user_id` is the planner's; the key belongs to a service user."""

    company_id: str
    user_id: str
    admin_user_id: str
    operator_user_id: str
    api_key: str
    work_order_id: str
    wo_number: int
    component_id: str
    part_number_id: str
    sample_file_name: str
    company: str
    admin_email: str
    admin_password: str
    planner_email: str
    planner_password: str
    operator_email: str
    operator_password: str


class Demo:
    """Makes the demo company, and knows one again."""

    def __init__(self, services: Services, owner: Owner) -> None:
        """Both come from `build.py`."""
        self._services = services
        self._owner = owner

    async def is_there(self, made: DemoCompany) -> bool:
        """Whether the company that was made is in this database."""
        return any(company.id == made.company_id for company in await self._owner.companies())

    async def make(self, sample: bytes) -> DemoCompany:
        """Make one, with `sample` as a picture that is sent but not attached. A name in use gets a number."""
        name, domain = await self._free_name()
        passwords = [self._services.clock.new_secret()[:_PASSWORD_CHARACTERS] for _ in range(3)]
        emails = [f"{role}@{domain}" for role in ("admin", "planner", "operator")]
        company_id, admin_id = await self._owner.create_company(
            name, NewUser(emails[0], "Ada", "Admin", Role.ADMIN, passwords[0])
        )
        planner = NewUser(emails[1], "Pat", "Planner", Role.PLANNER, passwords[1])
        operator = NewUser(emails[2], "Olga", "Operator", Role.OPERATOR, passwords[2])
        planner_id = (await self._owner.add_user(company_id, planner)).id
        operator_id = (await self._owner.add_user(company_id, operator)).id
        api_key, caller = await self._make_key(company_id, domain)
        record = _Record(self._services, caller, planner_id, operator_id)
        component_id, part_number_id = await record.make_catalogue()
        order_id = await record.make_orders(component_id, part_number_id)
        return DemoCompany(
            company_id=company_id,
            user_id=planner_id,
            admin_user_id=admin_id,
            operator_user_id=operator_id,
            api_key=api_key,
            work_order_id=order_id,
            wo_number=1,
            component_id=component_id,
            part_number_id=part_number_id,
            sample_file_name=await record.send(sample),
            company=name,
            admin_email=emails[0],
            admin_password=passwords[0],
            planner_email=emails[1],
            planner_password=passwords[1],
            operator_email=emails[2],
            operator_password=passwords[2],
        )

    async def _free_name(self) -> tuple[str, str]:
        """A company name and a mail domain that nobody has: an interrupted first try is no obstacle."""
        taken = {company.name for company in await self._owner.companies()}
        for number in range(1, len(taken) + 2):
            name, domain = (f"Demo {number}", f"demo{number}.example") if number > 1 else ("Demo", "demo.example")
            if name not in taken:
                break
        return name, domain

    async def _make_key(self, company_id: str, domain: str) -> tuple[str, Caller]:
        service = NewUser(f"integration@{domain}", "Demo", "Integration", Role.ADMIN)
        user_id = (await self._owner.add_user(company_id, service)).id
        made = await self._owner.create_key(company_id, NewKey("demo", user_id, SCOPES_OF_A_KEY))
        text = made.text or ""
        caller, _ = await self._services.people.admit(read_credential(text))
        return text, caller


class _Record:
    """What the people of the demo company have done so far."""

    def __init__(self, services: Services, caller: Caller, planner_id: str, operator_id: str) -> None:
        self._services = services
        self._caller = caller
        self._planner_id = planner_id
        self._operator_id = operator_id

    async def make_catalogue(self) -> tuple[str, str]:
        """Two components with a part number each; the ids of the first pair."""
        first = await self._make_component("Bracket", "BR-100", "Steel bracket, zinc plated")
        await self._make_component("Gear housing", "GH-200", "Cast housing for pump gears")
        return first

    async def make_orders(self, component_id: str, part_number_id: str) -> str:
        """All orders with what happened to them; the id of the first."""
        ids = []
        for name, quantity, phase, moves in _ORDERS:
            new = NewWorkOrder(name, component_id, quantity, part_number_id=part_number_id, phase=phase)
            new = msgspec.structs.replace(new, assignee_user_id=self._operator_id)
            order_id = (await self._services.work_orders.create(self._plans(Scope.WORK_ORDERS), new)).id
            ids.append(order_id)
            await self._follow(order_id, moves)
        return ids[0]

    async def send(self, sample: bytes) -> str:
        """Send a picture by itself; the name under which a photo or an attachment may speak of it."""
        async with self._services.blobs.spool() as spool:
            await spool.write(sample)
            upload = Upload(spool, "sample.jpg")
            return (await self._services.files.store(self._plans(Scope.EVIDENCE), upload)).id

    async def _make_component(self, name: str, part_number: str, description: str) -> tuple[str, str]:
        intent = self._plans(Scope.CATALOGUE)
        component = await self._services.catalogue.create_component(intent, NewComponent(name, ComponentType.SN))
        new = NewPartNumber(part_number, component.id, description)
        return component.id, (await self._services.catalogue.create_part_number(intent, new)).id

    async def _follow(self, order_id: str, moves: tuple[Status, ...]) -> None:
        note = NewAttachment(Type.TEXT, "Instruction", "Deburr all edges; see drawing 4711.")
        for number, to in enumerate(moves):
            if number == 0 and to is Status.REVIEW:
                await self._services.evidence.attach(self._plans(Scope.EVIDENCE), order_id, note, None)
                await self._services.approvals.ask(self._plans(Scope.APPROVALS), order_id, self._operator_id)
            if to is Status.PRODUCTION:
                await self._services.approvals.decide(
                    self._works(Scope.APPROVALS), order_id, self._operator_id, ApprovalStatus.APPROVED, "Ready."
                )
            reason = "Ordered in steel after all." if to is Status.CANCELED else None
            await self._services.work_orders.move(self._plans(Scope.STATUS), order_id, to, reason)

    def _plans(self, scope: Scope) -> Intent:
        return Intent(self._caller, scope, named_user_id=self._planner_id)

    def _works(self, scope: Scope) -> Intent:
        return Intent(self._caller, scope, named_user_id=self._operator_id)
