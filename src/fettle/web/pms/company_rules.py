"""What a company demands of its people, as an administrator decides."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from fettle.domain.company_rules import MAX_RETENTION_DAYS, CompanyRules, CompletionSignature
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.operations import Operations
from fettle.web.pms.shapes import (
    CHANGE_ERRORS,
    REPLAYED,
    Body,
    Data,
    Shape,
    known,
    known_instant,
    replay_headers,
    show,
)

company_rules = Operations("companyRules")
RetentionDays = Annotated[int, Meta(ge=0, le=MAX_RETENTION_DAYS)]
_PATH = "/v1/company-rules"


class RulesBody(Body, frozen=True):
    """The rules to change; what is not named stays as it is.

    `retentionDays`: how long the bytes of deleted evidence stay; with 0 they are never removed.
    """

    four_eyes: bool | UnsetType = UNSET
    reasons_required: bool | UnsetType = UNSET
    retention_days: RetentionDays | UnsetType = UNSET
    completion_signature: CompletionSignature | UnsetType = UNSET


class RulesShape(Shape, frozen=True):
    """The rules that count; without a `changedAt` nobody has decided on them."""

    four_eyes: bool
    reasons_required: bool
    retention_days: RetentionDays
    completion_signature: CompletionSignature
    changed_at: DateTime | UnsetType = UNSET
    changed_by_user_id: Uuid | UnsetType = UNSET


@company_rules("GET", _PATH, scope=Scope.READ, answer=Data[RulesShape])
async def get_rules(call: Call) -> Response:
    """Show the rules of the company."""
    return show(_shape(await call.services.rules.of_company(call.caller)))


@company_rules(
    "PUT",
    _PATH,
    scope=Scope.USERS,
    body=RulesBody,
    answer=Data[RulesShape],
    headers=REPLAYED,
    errors=CHANGE_ERRORS,
    examples={"body": {"retentionDays": 3650, "completionSignature": "required"}},
)
async def set_rules(call: Call, body: RulesBody) -> Response:
    """Set the rules of the company; they count from the next request on."""
    rules = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
    done = await call.services.rules.set(call.intent(), **rules)
    return show(_shape(await call.services.rules.of_company(call.caller)), headers=replay_headers(done))


def _shape(rules: CompanyRules) -> RulesShape:
    return RulesShape(
        four_eyes=rules.four_eyes,
        reasons_required=rules.reasons_required,
        completion_signature=rules.completion_signature,
        retention_days=rules.retention_days,
        changed_at=known_instant(rules.changed_at),
        changed_by_user_id=known(rules.changed_by_user_id),
    )
