"""Every change x every status that closes a work order x both dialects: refused, but for what is named here."""

from collections.abc import Callable

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json
from tests.contracts.pms.closed import CLOSED, Closed, changes, close, request_for
from tests.contracts.pms.firm import Firm
from tests.contracts.tus.client import TusClient

_REFUSALS = {"WORK_ORDER_CLOSED", "WORK_ORDER_NOT_DRAFT"}
_OUTSIDE = {"COMMENTED", "LEGAL_HOLD_SET", "LEGAL_HOLD_LIFTED", "ERASED"}
_AFTER = "2056-04-15T12:00:00Z"
Closing = Callable[[str], Closed]


@pytest.fixture(scope="module")
def closed(firm: Firm) -> Closing:
    made: dict[str, Closed] = {}

    def get(status: str) -> Closed:
        if status not in made:
            made[status] = close(firm, status)
        return made[status]

    return get


def _record(firm: Firm, order_id: str) -> Json:
    """All that is shown of the order, but what the worker reads in files meanwhile."""
    path = f"/v1/work-orders/{order_id}"
    lists = {name: firm.admin.walk(f"{path}/{name}") for name in ("activity", "photos", "attachments")}
    for shown in lists["photos"] + lists["attachments"]:
        for read in ("picture", "renditions", "elsewhere"):
            shown.pop(read, None)
    return lists | {"order": firm.admin.data("GET", path)}


def _allowed(path: str, status: str) -> set[str]:
    """What is answered instead of the refusal: a code, or nothing where it is done."""
    if path.endswith("/comments"):
        return set() if status == "ARCHIVED" else {""}
    if path.endswith(("/legal-hold", "/erasure")):
        return {""}  # neither says anything of the work
    if path.endswith("/passkey-options"):
        return {"PASSKEYS_UNAVAILABLE"}  # of this server, whose address is not known
    if path.endswith(("/status", "/completion")):
        return {"ILLEGAL_MOVE"}
    if path.endswith("/decision"):
        return {"NOT_FOUND"}  # this photo came in time
    return set()


@pytest.mark.parametrize("status", CLOSED)
@pytest.mark.parametrize(("method", "path"), changes())
def test_nothing_is_added_changed_or_deleted(firm: Firm, closed: Closing, method: str, path: str, status: str) -> None:
    order = closed(status)
    filled, sent = request_for(firm, order, method, path)
    if path.endswith("/erasure"):  # which a hold would stop
        firm.admin.data("DELETE", f"/v1/work-orders/{order.id}/legal-hold", json={"reason": "settled"})
    before = _record(firm, order.id)
    sender = firm.admin if "/completion" in path else firm.robot  # a key cannot sign
    answer = sender.send(method, filled, **sent)
    allowed = _allowed(path, status)
    if "" in allowed:
        assert answer.is_success, answer.text
        assert {entry["type"] for entry in _record(firm, order.id)["activity"][len(before["activity"]) :]} <= _OUTSIDE
        return
    assert answer.json()["code"] in (allowed or _REFUSALS), answer.text
    assert answer.status_code == (404 if "NOT_FOUND" in allowed else 409)
    assert _record(firm, order.id) == before


@pytest.mark.parametrize("kind", ["photo", "image", "file"])
@pytest.mark.parametrize("status", CLOSED)
def test_no_upload_begins_or_ends(firm: Firm, closed: Closing, status: str, kind: str) -> None:
    tus, content = TusClient(firm.robot), png()
    named = {"kind": kind, "name": "Drawing", "takenAt": _AFTER}
    refused = tus.create(len(content), workOrderId=closed(status).id, **named)
    assert refused.json()["code"] in _REFUSALS
    order = firm.order()
    begun = tus.begin(len(content), workOrderId=order["id"], **named)
    firm.admin.move(order["id"], *(("CANCELED",) if status == "CANCELED" else ("REVIEW", "PRODUCTION", "COMPLETE")))
    if status == "ARCHIVED":
        firm.admin.move(order["id"], status)
    before = _record(firm, order["id"])
    assert tus.append(begun, 0, content).json()["code"] in _REFUSALS
    assert _record(firm, order["id"]) == before


@pytest.mark.parametrize("status", CLOSED)
def test_a_renewed_link_does_not_replace_the_one_that_was_sealed(firm: Firm, closed: Closing, status: str) -> None:
    order = closed(status)
    before = _record(firm, order.id)
    again = firm.robot.add_photo(order.id, minioObjectKey=order.photo_key, cdnUrl="https://cdn.example/other")
    assert again.headers["fettle-replayed"] == "true"
    assert _record(firm, order.id) == before
