"""Work orders that were completed, cancelled or archived with one of everything, and a request for every change."""

from dataclasses import dataclass
from typing import Any, Final

from fettle.domain.people import Scope
from fettle.web.api import all_operations
from fettle.web.observe import Observer
from fettle.web.operations import Operation
from fettle.web.server_routes import Health, Server
from tests.contracts.pictures import png
from tests.contracts.pms import seed
from tests.contracts.pms.client import Json
from tests.contracts.pms.firm import Firm

CLOSED: Final = ("COMPLETE", "CANCELED", "ARCHIVED")
_WAYS: Final = {"COMPLETE": ("COMPLETE",), "CANCELED": ("CANCELED",), "ARCHIVED": ("COMPLETE", "ARCHIVED")}
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True)
class Closed:
    """One of them; `photo_key` is of a photo whose bytes are awaited."""

    id: str
    photo_id: str
    attachment_id: str
    file_name: str
    photo_key: str


def changes() -> list[tuple[str, str]]:
    """Method and path of every operation of both dialects that changes a work order, as it is declared."""
    operations = all_operations(Server("0", Observer(), Health()))
    return [(each.method, path) for each in operations if _changes_an_order(each) for path in each.paths]


def _changes_an_order(operation: Operation) -> bool:
    return operation.method in _CHANGING and operation.names_an_order and operation.scope is not Scope.READ


def close(firm: Firm, status: str) -> Closed:
    """Take an order there that has an attachment, an awaited photo, a question to an approver."""
    order, key = firm.order(), f"photos/{status}-{firm.ids['ADMIN']}.png"
    path = f"/v1/work-orders/{order['id']}"
    form = {"type": (None, "FILE"), "name": (None, "Drawing"), "attachment": ("a.png", png())}
    attached = firm.planner.data("POST", f"{path}/attachments", status=201, files=form)
    shown = firm.planner.data("GET", f"{path}/attachments/{attached['id']}")
    photo_id = firm.robot.add_photo(order["id"], minioObjectKey=key).headers["location"].rpartition("/")[2]
    firm.admin.move(order["id"], "REVIEW", "PRODUCTION")
    firm.ask(order, "OPERATOR")
    firm.admin.move(order["id"], *_WAYS[status])
    return Closed(order["id"], photo_id, attached["id"], shown["fileName"], key)


def request_for(firm: Firm, closed: Closed, method: str, path: str) -> tuple[str, Json]:
    """The filled path and a body that would be obeyed were the order open; KeyError for an operation that is new."""
    start, _, rest = path.partition("{id}")
    dialect = "v1" if start.startswith("/v1") else "serial"
    user, operator = firm.ids["ADMIN"], firm.ids["OPERATOR"]
    named = {"photoId": closed.photo_id, "attachmentId": closed.attachment_id, "file_name": closed.file_name}
    approver = user if method == "PUT" else operator  # the operator was asked already
    for name, value in (named | {"approverUserId": operator, "approver_user_id": approver}).items():
        rest = rest.replace(f"{{{name}}}", value)
    return f"{start}{closed.id}{rest}", _bodies(user, operator, firm.passwords["ADMIN"])[
        dialect, method, path.partition("{id}")[2]
    ]


def _bodies(user: str, operator: str, password: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    form = {"type": (None, "TEXT"), "name": (None, "note"), "value": (None, "more")}
    why, step = {"json": {"reason": "a mistake"}}, [{"step": "after", "label": "After"}]
    announced = {"fileName": "a.png", "contentType": "image/png", "size": 100}
    photo = {**seed.BODY, "minioObjectKey": "photos/another.png"}
    return {
        ("v1", "PATCH", ""): {"json": {"quantity": 7}},
        ("v1", "PATCH", "/status"): {"json": {"status": "REVIEW", "comment": "more to do"}},
        ("v1", "POST", "/comments"): {"json": {"comment": "Still leaks."}},
        ("v1", "PUT", "/required-photos"): {"json": {"requiredPhotos": step}},
        ("v1", "POST", "/photos"): {"json": photo},
        ("v1", "POST", "/photos/uploads"): {"json": announced},
        ("v1", "DELETE", "/photos/{photoId}"): why,
        ("v1", "POST", "/photos/{photoId}/decision"): {"json": {"decision": "accepted", "reason": "no network"}},
        ("v1", "POST", "/attachments"): {"files": form},
        ("v1", "DELETE", "/attachments/{attachmentId}"): why,
        ("v1", "POST", "/approvals"): {"json": {"approverUserId": user}},
        ("v1", "PATCH", "/approvals/{approverUserId}"): {"json": {"status": "APPROVED", "updatedByUserId": operator}},
        ("v1", "DELETE", "/approvals/{approverUserId}"): {},
        ("v1", "POST", "/completion"): {"json": {"password": password}},
        ("v1", "POST", "/completion/passkey-options"): {"json": {}},
        ("v1", "PUT", "/legal-hold"): why,
        ("v1", "DELETE", "/legal-hold"): why,
        ("v1", "POST", "/erasure"): {"json": {"what": ["comments"], "reason": "asked for"}},
        ("serial", "PATCH", ""): {"json": {"quantity": 7, "updated_by_user_id": user}},
        ("serial", "PATCH", "/status"): {
            "json": {"status": "REVIEW", "updated_by_user_id": user, "comment": "more to do"}
        },
        ("serial", "POST", "/comments"): {"json": {"comment": "Still leaks.", "added_by_user_id": user}},
        ("serial", "PUT", "/attachments"): {"files": form | {"added_by_user_id": (None, user)}},
        ("serial", "DELETE", "/attachments/{file_name}"): {"params": {"reason": "a mistake"}},
        ("serial", "PUT", "/approvals/{approver_user_id}"): {"json": {"requested_by_user_id": user}},
        ("serial", "PATCH", "/approvals/{approver_user_id}"): {
            "json": {"status": "APPROVED", "updated_by_user_id": operator}
        },
        ("serial", "DELETE", "/approvals/{approver_user_id}"): {},
    }
