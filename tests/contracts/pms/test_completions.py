"""Completing with a signature: who may, what is signed, what is kept, and what is refused."""

import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.pms.firm import Firm, make_firm
from tests.contracts.pms.signing import sha256_of, statement_of
from tests.media import samples
from tests.serving import FettleServer

_AT_ONCE = 50


def _path(order: Json, rest: str = "/completion") -> str:
    return f"/v1/work-orders/{order['id']}{rest}"


def _body(firm: Firm, role: str = "OPERATOR", **fields: object) -> Json:
    return {"password": firm.passwords[role], **fields}


def _send_file(client: PmsClient, content: bytes, name: str = "signature.png") -> str:
    answer = client.send("POST", "/files", files={"file": (name, content)})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["name"])


def test_the_completion_is_signed_and_everybody_can_compute_what_was(firm: Firm) -> None:
    order = firm.order("PRODUCTION")
    photo = firm.operator.add_photo(order["id"]).headers["location"].rpartition("/")[2]
    before = firm.shown(order)
    assert before["signatures"] == []
    body = _body(firm, meaning="Geprüft: é", comment="on time", contentSha256=before["contentSha256"])
    answer = firm.operator.send("POST", _path(order), json=body)
    assert (answer.status_code, answer.headers["etag"]) == (200, f'"{before["version"] + 1}"')
    assert answer.json()["data"]["status"] == "COMPLETE"
    after = firm.shown(order)
    (signature,) = after["signatures"]
    statement = statement_of(firm.operator, order["id"], signature["version"])
    me = firm.operator.data("GET", "/v1/me")
    evidence = [{"id": photo, "sha256": None, "state": "referenced"}]
    assert signature == {
        "version": before["version"] + 1,
        "signerUserId": firm.ids["OPERATOR"],
        "signerName": f"{me['firstName']} {me['lastName']}",
        "signedAt": firm.last_entry(order)["addedAt"],
        "method": "password",
        "meaning": "Geprüft: é",
        "statementSha256": sha256_of(statement),
        "contentSha256": before["contentSha256"],
        "evidenceSha256": sha256_of(evidence),
    }
    assert statement["signer_name"] == signature["signerName"]
    entry = firm.last_entry(order)
    assert entry["type"] == "STATUS_CHANGED"
    assert entry["data"]["changes"] == {"status": ["PRODUCTION", "COMPLETE"]}
    assert "Geprüft" in entry["message"]
    assert firm.admin.data("GET", _path(order, "/verification"))["problems"] == []


def test_without_a_meaning_a_sentence_of_the_persons_language_is_signed(firm: Firm) -> None:
    for language, start in (("en", "I have carried out"), ("fr", "J'ai exécuté")):
        order = firm.order("PRODUCTION")
        firm.operator.data("POST", _path(order), json=_body(firm), headers={"Accept-Language": language})
        assert firm.shown(order)["signatures"][0]["meaning"].startswith(start)


def test_a_wrong_password_changes_nothing_and_ends_nothing(firm: Firm) -> None:
    order = firm.order("PRODUCTION")
    for wrong in (firm.passwords["ADMIN"], "", "x" * 2000):
        firm.operator.refused(401, "WRONG_PASSWORD", "POST", _path(order), json={"password": wrong})
    shown = firm.shown(order, "OPERATOR")
    assert (shown["status"], shown["version"], shown["signatures"]) == ("PRODUCTION", order["version"] + 2, [])
    firm.operator.data("POST", _path(order), json=_body(firm))


def test_guessing_the_password_is_throttled_like_signing_in(server: FettleServer) -> None:
    firm = make_firm(server)
    order = firm.order("PRODUCTION")
    codes = Counter(
        firm.operator.send("POST", _path(order), json={"password": f"guess {number}"}).json()["code"]
        for number in range(12)
    )
    assert codes == {"WRONG_PASSWORD": 10, "TOO_MANY_REQUESTS": 2}
    firm.operator.refused(429, "TOO_MANY_REQUESTS", "POST", _path(order), json=_body(firm))
    firm.planner.data("POST", _path(order), json=_body(firm, "PLANNER"))
    firm.close()


def test_what_bars_the_move_is_no_guess(firm: Firm) -> None:
    order = firm.order("REVIEW")
    for _ in range(12):
        firm.operator.refused(409, "ILLEGAL_MOVE", "POST", _path(order), json=_body(firm))
        firm.operator.refused(400, "INVALID_BODY", "POST", _path(order), json={"meaning": "neither"})


def test_a_key_signs_for_nobody(firm: Firm) -> None:
    order = firm.order("PRODUCTION")
    firm.robot.refused(403, "USER_TOKEN_REQUIRED", "POST", _path(order), json=_body(firm, "ADMIN"))
    body = _body(firm, updatedByUserId=firm.ids["OPERATOR"])
    firm.robot.refused(400, "INVALID_BODY", "POST", _path(order), json=body)
    assert firm.shown(order)["status"] == "PRODUCTION"


def test_the_bars_of_the_move_hold(firm: Firm, stranger: PmsClient) -> None:
    draft, order = firm.order(), firm.order("PRODUCTION")
    viewer = firm.people["VIEWER"]
    viewer.refused(403, "FORBIDDEN", "POST", _path(order), json=_body(firm, "VIEWER"))
    firm.operator.refused(409, "ILLEGAL_MOVE", "POST", _path(draft), json=_body(firm))
    stale = {"If-Match": '"1"'}
    firm.operator.refused(412, "PRECONDITION_FAILED", "POST", _path(order), json=_body(firm), headers=stale)
    stranger.refused(404, "WORK_ORDER_NOT_FOUND", "POST", _path(order), json=_body(firm))
    seen = _body(firm, contentSha256="0" * 64)
    refused = firm.operator.refused(409, "CONTENT_CHANGED", "POST", _path(order), json=seen)
    assert [detail["field"] for detail in refused["details"]] == ["contentSha256"]
    required = firm.planner.new_order(requiredPhotos=[{"step": "after", "label": "After"}])
    firm.planner.move(required["id"], "REVIEW", "PRODUCTION")
    firm.operator.refused(409, "PHOTOS_MISSING", "POST", _path(required), json=_body(firm))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("meaning", ""),
        ("meaning", " \u200b"),
        ("meaning", "x" * 501),
        ("password", None),
        ("password", 7),
        ("contentSha256", "0" * 63),
        ("drawnSignature", "no uuid"),
        ("drawnSignature", "00000000-0000-4000-8000-000000000000"),
        ("signerUserId", "00000000-0000-4000-8000-000000000000"),
    ],
)
def test_what_cannot_be_taken_is_named(firm: Firm, field: str, value: object) -> None:
    order = firm.order("PRODUCTION")
    refused = firm.operator.refused(400, "INVALID_BODY", "POST", _path(order), json=_body(firm) | {field: value})
    assert [detail["field"] for detail in refused["details"]] == [field]


def test_a_drawn_signature_is_kept_beside_and_bound(firm: Firm) -> None:
    order, picture = firm.order("PRODUCTION"), png("drawn")
    mine, others = _send_file(firm.operator, picture), _send_file(firm.planner, png("other"))
    text = _send_file(firm.operator, samples.pdf(), "signature.pdf")
    for wrong in (others, text):
        refused = firm.operator.refused(
            400, "INVALID_BODY", "POST", _path(order), json=_body(firm, drawnSignature=wrong)
        )
        assert [detail["field"] for detail in refused["details"]] == ["drawnSignature"]
    firm.operator.data("POST", _path(order), json=_body(firm, drawnSignature=mine))
    (signature,) = firm.shown(order)["signatures"]
    assert signature["drawnSignature"] == mine
    statement = statement_of(firm.operator, order["id"], signature["version"])
    assert statement["drawn_sha256"] == hashlib.sha256(picture).hexdigest()
    assert signature["statementSha256"] == sha256_of(statement)
    assert firm.operator.send("GET", f"/files/{mine}").content == picture


def test_a_company_may_want_every_completion_signed(firm: Firm) -> None:
    order = firm.order("PRODUCTION")
    number = order["woNumber"]
    try:
        firm.rules(completionSignature="required")
        status = {"status": "COMPLETE"}
        refused = firm.operator.refused(409, "SIGNATURE_REQUIRED", "PATCH", _path(order, "/status"), json=status)
        assert f"/v1/work-orders/{number}/completion" in refused["message"]
        body = {**status, "updated_by_user_id": firm.ids["OPERATOR"]}
        serial = firm.operator.send("PATCH", f"/work-orders/{number}/status", json=body)
        assert (serial.status_code, serial.json()["code"]) == (409, "SIGNATURE_REQUIRED"), serial.text
        moves = {move["to"]: move for move in firm.shown(order, "OPERATOR")["moves"]}
        assert [missing["code"] for missing in moves["COMPLETE"]["missing"]] == ["SIGNATURE_REQUIRED"]
        firm.operator.data("POST", _path(order), json=_body(firm))
        firm.planner.move(order["id"], "PRODUCTION", comment="one more bolt")
        firm.operator.refused(409, "SIGNATURE_REQUIRED", "PATCH", _path(order, "/status"), json=status)
        firm.planner.data("POST", _path(order), json=_body(firm, "PLANNER", meaning="Seen again."))
    finally:
        firm.rules()
    signatures = firm.shown(order)["signatures"]
    assert [each["signerUserId"] for each in signatures] == [firm.ids["OPERATOR"], firm.ids["PLANNER"]]
    assert [each["version"] for each in signatures] == sorted(each["version"] for each in signatures)
    assert firm.admin.data("GET", _path(order, "/verification"))["problems"] == []


def test_a_rule_that_is_none_is_named(firm: Firm) -> None:
    body = {"completionSignature": "always"}
    refused = firm.admin.refused(400, "INVALID_BODY", "PUT", "/v1/company-rules", json=body)
    assert [detail["field"] for detail in refused["details"]] == ["completionSignature"]


def test_a_repeat_under_a_key_is_one_signature(firm: Firm) -> None:
    order, key = firm.order("PRODUCTION"), {"Idempotency-Key": "sign once"}
    first = firm.operator.send("POST", _path(order), json=_body(firm), headers=key)
    again = firm.operator.send("POST", _path(order), json=_body(firm), headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["fettle-replayed"] == "true"
    wrong = {"password": "not mine"}
    firm.operator.refused(401, "WRONG_PASSWORD", "POST", _path(order), json=wrong, headers=key)
    firm.operator.refused(409, "ILLEGAL_MOVE", "POST", _path(order), json=_body(firm))
    assert len(firm.shown(order)["signatures"]) == 1


def test_fifty_at_once_are_one_completion_and_one_signature(firm: Firm) -> None:
    order, roles = firm.order("PRODUCTION"), ("OPERATOR", "PLANNER", "ADMIN")

    def sign(number: int) -> str:
        role = roles[number % len(roles)]
        answer = firm.people[role].send("POST", _path(order), json=_body(firm, role))
        return str(answer.status_code if answer.is_success else answer.json()["code"])

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        outcomes = Counter(threads.map(sign, range(_AT_ONCE)))
    assert outcomes["200"] == 1
    assert outcomes.keys() <= {"200", "ILLEGAL_MOVE", "TOO_MANY_REQUESTS"}
    shown = firm.shown(order)
    assert len(shown["signatures"]) == 1
    assert shown["version"] == shown["signatures"][0]["version"] == order["version"] + 3
    assert firm.admin.data("GET", _path(order, "/verification"))["problems"] == []
