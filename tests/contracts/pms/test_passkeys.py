"""Passkeys: registered with the password, and what they sign is the completion itself, checkable by anybody."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from playwright.async_api import Page

from tests.contracts.pms.authenticator import Authenticator, decode, encode
from tests.contracts.pms.client import Json
from tests.contracts.pms.firm import Firm, make_firm
from tests.contracts.pms.lies import LIES
from tests.contracts.pms.signing import sha256_of, statement_of
from tests.servers.postgres import PostgresServer
from tests.serving import FettleServer

_KEYS = "/v1/me/passkeys"
_DO = {
    "create": """async ({publicKey}) => (await navigator.credentials.create(
        {publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey)})).toJSON()""",
    "get": """async ({publicKey}) => (await navigator.credentials.get(
        {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey)})).toJSON()""",
}


@pytest.fixture(scope="module")
def site(
    place: Mapping[str, str], request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FettleServer]:
    """A server that knows its public address."""
    settings = dict(place)
    if settings:
        database: PostgresServer = request.getfixturevalue("postgres_server")
        settings["FETTLE_DATABASE_URL"] = database.create_database()
    made = FettleServer(tmp_path_factory.mktemp("site"), settings)
    made.environment["FETTLE_PUBLIC_URL"] = _origin(made)
    made.command("demo")
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def people(site: FettleServer) -> Iterator[Firm]:
    made = make_firm(site)
    yield made
    made.close()


def _origin(server: FettleServer) -> str:
    return f"http://localhost:{server.port}"


def _question(firm: Firm, role: str = "OPERATOR") -> Json:
    body = {"password": firm.passwords[role]}
    found: Json = firm.people[role].data("POST", f"{_KEYS}/registration-options", json=body)
    return found


def _register(firm: Firm, device: Authenticator, role: str = "OPERATOR") -> str:
    body = {"name": "Telephone", "credential": device.create(_question(firm, role))}
    return str(firm.people[role].data("POST", _KEYS, status=201, json=body)["id"])


def _path(order: Json, rest: str = "") -> str:
    return f"/v1/work-orders/{order['id']}/completion{rest}"


def _ask(firm: Firm, order: Json, role: str = "OPERATOR", **wish: object) -> Json:
    found: Json = firm.people[role].data("POST", _path(order, "/passkey-options"), json=wish)
    return found


@pytest.fixture
def device(site: FettleServer, people: Firm) -> Iterator[Authenticator]:
    """A device of the operator's, registered."""
    made = Authenticator(_origin(site))
    passkey_id = _register(people, made)
    yield made
    people.operator.send("DELETE", f"{_KEYS}/{passkey_id}")


def test_a_passkey_is_registered_listed_and_taken_away(people: Firm, site: FettleServer) -> None:
    device = Authenticator(_origin(site))
    question = _question(people)
    assert question["publicKey"]["rp"]["id"] == "localhost"
    assert question["publicKey"]["authenticatorSelection"]["userVerification"] == "required"
    body = {"name": "Telephone", "credential": device.create(question)}
    made = people.operator.send("POST", _KEYS, json=body)
    assert made.status_code == 201, made.text
    place = made.headers["location"]
    (listed,) = people.operator.data("GET", _KEYS)
    assert (listed["id"], listed["name"]) == (place.rpartition("/")[2], "Telephone")
    assert device.id in [each["id"] for each in _question(people)["publicKey"]["excludeCredentials"]]
    people.operator.refused(400, "INVALID_BODY", "POST", _KEYS, json=body)  # a challenge is answered once
    again = {"name": "Again", "credential": device.create(_question(people))}
    people.operator.refused(400, "INVALID_BODY", "POST", _KEYS, json=again)  # a passkey is registered once
    people.planner.refused(404, "NOT_FOUND", "DELETE", place)
    people.operator.data("DELETE", place)
    assert people.operator.data("GET", _KEYS) == []
    people.operator.refused(404, "NOT_FOUND", "DELETE", place)


def test_registering_takes_the_password_and_a_person(people: Firm) -> None:
    options = f"{_KEYS}/registration-options"
    people.operator.refused(401, "WRONG_PASSWORD", "POST", options, json={"password": "not it"})
    body = {"password": people.passwords["ADMIN"]}
    people.robot.refused(403, "USER_TOKEN_REQUIRED", "POST", options, json=body)
    people.robot.refused(403, "USER_TOKEN_REQUIRED", "GET", _KEYS)


def test_what_a_passkey_signs_can_be_checked_by_anybody(people: Firm, device: Authenticator) -> None:
    order = people.order("PRODUCTION")
    wish = {"meaning": "Torque checked."}
    body = {**wish, "passkey": device.get(_ask(people, order, **wish))}
    people.operator.data("POST", _path(order), json=body)
    (signature,) = people.shown(order)["signatures"]
    assert signature["method"] == "passkey"
    statement = statement_of(people.operator, order["id"], signature["version"])
    assert statement["method"] == "passkey"
    assert signature["statementSha256"] == sha256_of(statement)
    kept = signature["assertion"]
    assert people.last_entry(order)["data"]["assertionSha256"] == hashlib.sha256(kept.encode()).hexdigest()
    assertion = json.loads(kept)
    client_data = decode(assertion["client_data_json"])
    assert json.loads(client_data)["challenge"] == encode(bytes.fromhex(sha256_of(statement)))
    key = load_der_public_key(decode(assertion["public_key"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    signed = decode(assertion["authenticator_data"]) + hashlib.sha256(client_data).digest()
    key.verify(decode(assertion["signature"]), signed, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.verify(decode(assertion["signature"]), signed + b"x", ec.ECDSA(hashes.SHA256()))
    assert people.admin.data("GET", f"/v1/work-orders/{order['id']}/verification")["problems"] == []
    (passkey,) = people.operator.data("GET", _KEYS)
    assert "lastUsedAt" in passkey


@pytest.mark.parametrize(("number", "lie"), list(enumerate(LIES)))
def test_an_answer_that_does_not_count_signs_nothing(
    people: Firm, site: FettleServer, number: int, lie: Callable[[Authenticator, Json], Json]
) -> None:
    role = ("OPERATOR", "PLANNER", "ADMIN")[number % 3]  # so that nobody fails too often
    signer, device = people.people[role], Authenticator(_origin(site))
    passkey_id = _register(people, device, role)
    first, order = people.order("PRODUCTION"), people.order("PRODUCTION")
    device.count = 5  # so that it can go back
    signer.data("POST", _path(first), json={"passkey": device.get(_ask(people, first, role))})
    question = _ask(people, order, role)
    signer.refused(401, "WRONG_PASSKEY", "POST", _path(order), json={"passkey": lie(device, question)})
    shown = people.shown(order)
    assert (shown["status"], shown["signatures"]) == ("PRODUCTION", [])
    device.count = 50
    signer.data("POST", _path(order), json={"passkey": device.get(question)})
    signer.data("DELETE", f"{_KEYS}/{passkey_id}")


def test_the_passkey_of_another_person_signs_nothing(people: Firm, site: FettleServer, device: Authenticator) -> None:
    theirs = Authenticator(_origin(site))
    _register(people, theirs, "PLANNER")
    order = people.order("PRODUCTION")
    question = _ask(people, order)
    people.operator.refused(401, "WRONG_PASSKEY", "POST", _path(order), json={"passkey": theirs.get(question)})
    # and the challenge is the operator's, not the planner's
    people.planner.refused(401, "WRONG_PASSKEY", "POST", _path(order), json={"passkey": theirs.get(question)})
    people.planner.refused(401, "WRONG_PASSKEY", "POST", _path(order), json={"passkey": device.get(question)})
    assert people.shown(order)["signatures"] == []


def test_an_answer_is_for_one_order_one_state_and_one_time(people: Firm, device: Authenticator) -> None:
    order, other = people.order("PRODUCTION"), people.order("PRODUCTION")
    question, _ = _ask(people, order, meaning="A"), _ask(people, other, meaning="A")
    answer = {"meaning": "A", "passkey": device.get(question)}
    people.operator.refused(401, "WRONG_PASSKEY", "POST", _path(other), json=answer)
    other_meaning = answer | {"meaning": "B"}
    people.operator.refused(409, "CONTENT_CHANGED", "POST", _path(order), json=other_meaning)
    people.planner.data("POST", f"/v1/work-orders/{order['id']}/comments", status=201, json={"comment": "wait"})
    people.operator.refused(409, "CONTENT_CHANGED", "POST", _path(order), json=answer)
    answer = {"meaning": "A", "passkey": device.get(_ask(people, order, meaning="A"))}
    people.operator.data("POST", _path(order), json=answer)
    people.planner.move(order["id"], "PRODUCTION", comment="again")
    people.operator.refused(401, "WRONG_PASSKEY", "POST", _path(order), json=answer)
    both = {"password": people.passwords["OPERATOR"], "passkey": answer["passkey"]}
    people.operator.refused(400, "INVALID_BODY", "POST", _path(order), json=both)


def test_a_repeat_under_a_key_is_answered_again(people: Firm, device: Authenticator) -> None:
    order, key = people.order("PRODUCTION"), {"Idempotency-Key": "with a passkey"}
    body = {"passkey": device.get(_ask(people, order))}
    people.operator.data("POST", _path(order), json=body, headers=key)
    again = people.operator.send("POST", _path(order), json=body, headers=key)
    assert (again.status_code, again.headers["fettle-replayed"]) == (200, "true")
    people.operator.refused(409, "ILLEGAL_MOVE", "POST", _path(order), json=body)
    assert len(people.shown(order)["signatures"]) == 1


def test_a_challenge_is_given_to_who_may_complete_and_has_a_passkey(people: Firm, device: Authenticator) -> None:
    order, review = people.order("PRODUCTION"), people.order("REVIEW")
    options = "/passkey-options"
    people.admin.refused(409, "NO_PASSKEY", "POST", _path(order, options), json={})
    people.operator.refused(409, "ILLEGAL_MOVE", "POST", _path(review, options), json={})
    people.robot.refused(403, "USER_TOKEN_REQUIRED", "POST", _path(order, options), json={})
    assert device.id in [each["id"] for each in _ask(people, order)["publicKey"]["allowCredentials"]]


def test_without_a_public_address_there_are_no_passkeys(firm: Firm) -> None:
    order = firm.order("PRODUCTION")
    body = {"password": firm.passwords["OPERATOR"]}
    firm.operator.refused(409, "PASSKEYS_UNAVAILABLE", "POST", f"{_KEYS}/registration-options", json=body)
    firm.operator.refused(409, "PASSKEYS_UNAVAILABLE", "POST", _path(order, "/passkey-options"), json={})
    passkey = Authenticator("http://localhost").get({"publicKey": {"challenge": "AA"}})
    firm.operator.refused(409, "PASSKEYS_UNAVAILABLE", "POST", _path(order), json={"passkey": passkey})


async def test_a_browser_registers_and_signs(people: Firm, site: FettleServer, page: Page) -> None:
    """Chromium with a virtual authenticator, on a page of the public address."""
    devices = await page.context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    address = f"{_origin(site)}/a-page-of-ours"
    await page.route(
        address, lambda route: route.fulfill(content_type="text/html", body="<!doctype html><title>x</title>")
    )
    await page.goto(address)
    body = {"name": "Chromium", "credential": await page.evaluate(_DO["create"], _question(people))}
    passkey_id = people.operator.data("POST", _KEYS, status=201, json=body)["id"]
    order = people.order("PRODUCTION")
    answer = await page.evaluate(_DO["get"], _ask(people, order, meaning="Fait."))
    people.operator.data("POST", _path(order), json={"meaning": "Fait.", "passkey": answer})
    (signature,) = people.shown(order)["signatures"]
    assert (signature["method"], signature["meaning"]) == ("passkey", "Fait.")
    assert people.admin.data("GET", f"/v1/work-orders/{order['id']}/verification")["problems"] == []
    people.operator.data("DELETE", f"{_KEYS}/{passkey_id}")
