"""The nouns of a transaction that decide what may be done; see `rows.py`."""

from collections.abc import Sequence
from typing import Any, Protocol

from fettle.domain.approvals import Approval
from fettle.domain.company_rules import CompanyRules
from fettle.domain.completions import Signature


class ApprovalRows(Protocol):
    """Approvals of a work order, in the order in which they were asked."""

    def add(self, approval: Approval) -> None: ...
    def find(self, work_order_id: str, approver_user_id: str) -> Approval | None: ...
    def change(self, work_order_id: str, approver_user_id: str, **values: Any) -> None: ...
    def delete(self, work_order_id: str, approver_user_id: str) -> None: ...
    def of_orders(self, work_order_ids: Sequence[str]) -> list[Approval]: ...


class CompanyRuleRows(Protocol):
    """What each company demands."""

    def set(self, rules: CompanyRules) -> None:
        """In place of those there were."""
        ...

    def of_company(self, company_id: str) -> CompanyRules:
        """The strict ones where there are none."""
        ...


class SignatureRows(Protocol):
    """What was signed on completion: added, never changed but that a drawing may be erased."""

    def add(self, signature: Signature) -> None: ...
    def forget_drawing(self, work_order_id: str, version: int) -> None: ...
    def of_order(self, work_order_id: str) -> list[Signature]:
        """The oldest first."""
        ...
