"""How much may be sent, and what, as an administrator decides for the company and for each role."""

from typing import Any

from msgspec import UNSET, UnsetType

from fettle.domain.instants import show_instant
from fettle.domain.people import Role, Scope
from fettle.domain.upload_limits import EVERYBODY, UploadLimits, check_limits
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.operations import Operations
from fettle.web.pms.shapes import CHANGE_ERRORS, REPLAYED, Body, Data, Shape, known, replay_headers, show

upload_limits = Operations("uploads")
_PATH = "/v1/upload-limits"


class LimitsBody(Body, frozen=True):
    """All limits of `role`, or without one of everybody; what is absent or null is no limit. Sizes in bytes."""

    role: Role | None = None
    max_file_bytes: int | None = None
    max_order_bytes: int | None = None
    max_order_files: int | None = None
    max_open_uploads: int | None = None
    allowed_types: tuple[str, ...] | None = None


class LimitsShape(Shape, frozen=True):
    """The limits of a role, or without one of everybody whose role has none of its own."""

    changed_at: DateTime
    changed_by_user_id: Uuid
    role: str | UnsetType = UNSET
    max_file_bytes: int | UnsetType = UNSET
    max_order_bytes: int | UnsetType = UNSET
    max_order_files: int | UnsetType = UNSET
    max_open_uploads: int | UnsetType = UNSET
    allowed_types: list[str] | UnsetType = UNSET


@upload_limits("GET", _PATH, scope=Scope.READ, answer=Data[list[LimitsShape]])
async def get_limits(call: Call) -> Response:
    """Show the limits of what may be sent."""
    return show([_shape(row) for row in await call.services.limits.of_company(call.caller)])


@upload_limits(
    "PUT",
    _PATH,
    scope=Scope.USERS,
    body=LimitsBody,
    answer=Data[list[LimitsShape]],
    headers=REPLAYED,
    errors=CHANGE_ERRORS,
    examples={"body": {"role": "VIEWER", "maxFileBytes": 104857600, "allowedTypes": ["image/*", "application/pdf"]}},
)
async def set_limits(call: Call, body: LimitsBody) -> Response:
    """Set the limits of one role, or of everybody; they count from the next file on."""
    numbers: dict[str, Any] = {
        "max_file_bytes": body.max_file_bytes,
        "max_order_bytes": body.max_order_bytes,
        "max_order_files": body.max_order_files,
        "max_open_uploads": body.max_open_uploads,
    }
    types = check_limits(numbers, body.allowed_types)
    role = body.role.value if body.role else EVERYBODY
    done = await call.services.limits.set(call.intent(), role, **numbers, allowed_types=types)
    rows = await call.services.limits.of_company(call.caller)
    return show([_shape(row) for row in rows], headers=replay_headers(done))


def _shape(row: UploadLimits) -> LimitsShape:
    return LimitsShape(
        changed_at=show_instant(row.changed_at),
        changed_by_user_id=row.changed_by_user_id,
        role=UNSET if row.role == EVERYBODY else row.role,
        max_file_bytes=known(row.max_file_bytes),
        max_order_bytes=known(row.max_order_bytes),
        max_order_files=known(row.max_order_files),
        max_open_uploads=known(row.max_open_uploads),
        allowed_types=row.allowed_types.split() if row.allowed_types else UNSET,
    )
