"""Records to put into a database: a company with what its work orders need."""

from itertools import count
from typing import Any
from uuid import uuid4

from fettle.domain.activity import Entry, EntryType, seal, write_data
from fettle.domain.catalogue import Component, ComponentType, Dataset, DataType, PartNumber
from fettle.domain.evidence import Evidence, Kind, State, Type
from fettle.domain.people import Company, Role, User
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.rows import Transaction

_numbers = count(1)


def new_id() -> str:
    return str(uuid4())


class Records:
    """One company, its user, component, part number and dataset; `add_to` stores them."""

    def __init__(self) -> None:
        self.company = Company(new_id(), f"company {new_id()}", 1)
        self.user = self.new_user(Role.ADMIN)
        self.component = Component(new_id(), self.company.id, "pump", ComponentType.SN, is_active=True, created_at=1)
        self.part_number = PartNumber(*(new_id(), self.company.id, "P-1", self.component.id, "big", True, 1))
        self.dataset = Dataset(new_id(), self.company.id, "photo", DataType.IMAGE, 1)

    def add_to(self, tx: Transaction) -> "Records":
        tx.people.add_company(self.company)
        tx.people.add_user(self.user)
        tx.catalogue.add_component(self.component)
        tx.catalogue.add_part_number(self.part_number)
        tx.catalogue.find_or_add_dataset(self.dataset)
        return self

    def new_user(self, role: Role = Role.OPERATOR, **values: Any) -> User:
        user_id = new_id()
        email = values.pop("email", f"{user_id}@example.org")
        return User(user_id, self.company.id, email, "Ada", "Muster", role, 1, **values)

    def new_order(self, **values: Any) -> WorkOrder:
        number = next(_numbers)
        given: dict[str, Any] = {
            "id": new_id(),
            "company_id": self.company.id,
            "wo_number": number,
            "name": f"order {number}",
            "description": None,
            "component_id": self.component.id,
            "part_number_id": None,
            "created_at": number,
            "created_by_user_id": self.user.id,
            "status": Status.DRAFT,
            "phase": "",
            "quantity": 1,
            "assignee_user_id": None,
            "deadline": None,
            "last_edited_at": None,
            "updated_at": number,
            "version": 1,
        }
        return WorkOrder(**given | values)

    def add_order(self, tx: Transaction, **values: Any) -> WorkOrder:
        order = self.new_order(**values)
        tx.work_orders.add(order)
        return order

    def new_evidence(self, order: WorkOrder, seq: int, **values: Any) -> Evidence:
        given: dict[str, Any] = {
            "id": new_id(),
            "company_id": self.company.id,
            "work_order_id": order.id,
            "seq": seq,
            "kind": Kind.PHOTO,
            "type": Type.IMAGE,
            "name": "photo",
            "dataset_id": self.dataset.id,
            "value": "",
            "state": State.REFERENCED,
            "file_name": new_id(),
            "added_at": seq,
            "added_by_user_id": self.user.id,
            "repeat_key": new_id(),
        }
        return Evidence(**given | values)

    def new_entry(self, order: WorkOrder, seq: int) -> Entry:
        data, texts = write_data(None, {"comment": "é"}, new_id())
        said = (new_id(), self.company.id, order.id, seq, EntryType.COMMENTED, seq, self.user.id, data)
        return seal(Entry(*said, texts=texts), None)
