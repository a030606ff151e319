"""Every route x every kind of caller: what is declared is what happens, and a refusal never has an effect.

The routes are those of the operation table itself, so that a new one is covered at once. It has to bring an example of
its body, and a new kind of id in a path has to be made in `world.py`.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from fettle.domain.credentials import write_credential
from fettle.domain.people import SCOPES_OF_A_KEY, SCOPES_OF_ROLE, CredentialKind, Role
from fettle.web.api import all_operations
from fettle.web.observe import Observer
from fettle.web.openapi.codes import STATUS_OF_CODE, codes_of
from fettle.web.operations import Operation
from fettle.web.server_routes import Health, Server
from tests.api.world import Request, World

_OPERATIONS = all_operations(Server("0", Observer(), Health()))
_ROUTES = [pytest.param(each, path, id=f"{each.method} {path}") for each in _OPERATIONS for path in each.paths]
_GUARDED = [route for route in _ROUTES if route.values[0].scope is not None]  # type: ignore[union-attr]  # a param's values
_OPEN = [route for route in _ROUTES if route not in _GUARDED]
_UNKNOWN = "00000000-0000-4000-8000-000000000000"

Headers = Mapping[str, str]


@pytest.fixture(scope="module")
def strangers(world: World) -> dict[str, Headers]:
    """Every way not to be known."""
    soon = datetime.now(UTC) + timedelta(seconds=1)
    _, expired = world.key(["read"], soon.isoformat())
    revoked_id, revoked = world.key(sorted(SCOPES_OF_A_KEY))
    world.send(Request("DELETE", f"/v1/api-keys/{revoked_id}", {}), _bearer(world.admin))
    true = world.demo["api_key"]
    time.sleep(max(0.0, (soon - datetime.now(UTC)).total_seconds() + 0.1))
    return {
        "nothing": {},
        "no credential at all": {"Authorization": "Bearer"},
        "another scheme": {"Authorization": f"Basic {true}"},
        "not one of ours": _bearer("fettle"),
        "wrong checksum": _bearer(true[:-1] + ("0" if true[-1] != "0" else "1")),
        "unknown key": _bearer(write_credential(CredentialKind.KEY, _UNKNOWN, "A" * 43)),
        "wrong secret": _bearer(write_credential(CredentialKind.KEY, _credential_id(true), "A" * 43)),
        "key as a token": _bearer(write_credential(CredentialKind.TOKEN, _credential_id(true), true.split("_")[2])),
        "revoked": _bearer(revoked),
        "expired": {"X-API-Key": expired},
        "user token in X-API-Key": {"X-API-Key": world.admin},
    }


@pytest.mark.parametrize(("operation", "path"), _GUARDED)
def test_who_is_not_known_gets_401(
    world: World, strangers: dict[str, Headers], operation: Operation, path: str
) -> None:
    request, before = world.request(operation, path), world.record()
    for kind, headers in strangers.items():
        _require_refusal(world.send(request, headers), operation, "UNAUTHENTICATED", kind)
    assert world.record() == before


@pytest.mark.parametrize(("operation", "path"), _GUARDED)
def test_two_credentials_are_one_too_many(world: World, operation: Operation, path: str) -> None:
    request, before = world.request(operation, path), world.record()
    answer = world.send(request, _bearer(world.admin) | {"X-API-Key": world.demo["api_key"]})
    _require_refusal(answer, operation, "TWO_CREDENTIALS", "two")
    assert world.record() == before


@pytest.fixture(scope="module")
def keys_without(world: World) -> dict[str, str]:
    """For each right a key that has every other one."""
    return {
        without.value: world.key(sorted(scope.value for scope in SCOPES_OF_A_KEY - {without}))[1]
        for without in SCOPES_OF_A_KEY
    }


@pytest.mark.parametrize(("operation", "path"), _GUARDED)
def test_a_key_without_the_right_gets_403(
    world: World, keys_without: dict[str, str], operation: Operation, path: str
) -> None:
    assert operation.scope is not None
    request, before = world.request(operation, path), world.record()
    if operation.needs_person:
        headers = {"X-API-Key": world.demo["api_key"]}
        _require_refusal(world.send(request, headers), operation, "KEYS_NEED_A_PERSON", "any key")
    else:
        headers = {"X-API-Key": keys_without[operation.scope.value]}
        _require_refusal(world.send(request, headers), operation, "FORBIDDEN", f"without {operation.scope}")
    assert world.record() == before


@pytest.mark.parametrize(("operation", "path"), _GUARDED)
def test_another_company_finds_nothing_and_changes_nothing(world: World, operation: Operation, path: str) -> None:
    """What is ours is to them as what does not exist, to the letter."""
    request, before = world.request(operation, path), world.record()
    answer = world.send(request, _bearer(world.foreign_admin))
    assert world.record() == before
    assert not any(own in answer.text for own in (world.demo["work_order_id"], world.demo["company_id"]))
    if "{" not in path:
        return
    assert answer.status_code == httpx.codes.NOT_FOUND, answer.text
    unknown = Request(request.method, _with_unknown_ids(path), request.content)
    assert _said(world.send(unknown, _bearer(world.foreign_admin))) == _said(answer)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.PLANNER, Role.ADMIN])
@pytest.mark.parametrize(("operation", "path"), _GUARDED)
def test_a_role_can_do_what_it_may(world: World, role: Role, operation: Operation, path: str) -> None:
    assert operation.scope is not None
    token = world.token(role.value)
    request = world.request(operation, path, role.value)
    before = world.record()
    answer = world.send(request, _bearer(token))
    if operation.scope not in SCOPES_OF_ROLE[role]:
        _require_refusal(answer, operation, "FORBIDDEN", role)
        assert world.record() == before
        return
    _require_declared(answer, operation)
    assert answer.status_code != httpx.codes.UNAUTHORIZED
    if answer.status_code == httpx.codes.FORBIDDEN:
        _require_known_bar(answer, role)


@pytest.mark.parametrize(("operation", "path"), _OPEN)
def test_what_is_open_needs_no_credential(world: World, operation: Operation, path: str) -> None:
    before = world.record()
    answer = world.send(world.request(operation, path), {})
    _require_declared(answer, operation)
    assert answer.is_success or operation.takes_body
    assert world.record() == before


def test_the_requests_of_the_matrix_are_ones_that_are_obeyed(world: World) -> None:
    """A refusal proves nothing where the request would never have done anything."""
    unobeyed = {}
    for route in _GUARDED:
        operation, path = route.values
        assert isinstance(operation, Operation)
        answer = world.send(world.request(operation, str(path)), _bearer(world.token("ADMIN")))
        if answer.status_code in {400, 403, 413, 415}:
            unobeyed[f"{operation.method} {path}"] = answer.text
    assert unobeyed.keys() == {"PUT /v1/me/password"}  # its example is not the administrator's, who is needed here


def _require_refusal(answer: httpx.Response, operation: Operation, code: str, kind: str) -> None:
    _require_declared(answer, operation)
    if operation.method == "HEAD":
        assert answer.status_code == STATUS_OF_CODE[code], kind
    else:
        assert answer.json()["code"] == code, f"{kind}: {answer.text}"
    assert ("www-authenticate" in answer.headers) == (answer.status_code == httpx.codes.UNAUTHORIZED)


def _require_known_bar(answer: httpx.Response, role: Role) -> None:
    """The example names the administrator, and it is somebody else; or the deed is a planner's, and it is none."""
    code = answer.json()["code"]
    assert code in {"NOT_YOURSELF", "ROLE_NOT_ALLOWED"}
    assert role is not Role.ADMIN
    assert code != "ROLE_NOT_ALLOWED" or role is Role.OPERATOR


def _require_declared(answer: httpx.Response, operation: Operation) -> None:
    """The status is the operation's own, or a refusal's with a code that is declared for it."""
    if answer.is_success:
        assert answer.status_code == operation.status
        return
    if operation.method == "HEAD":
        assert answer.status_code in codes_of(operation)
        return
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["traceId"] == answer.headers["x-trace-id"]
    assert body["code"] in codes_of(operation).get(answer.status_code, ()), answer.text


def _bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def _credential_id(text: str) -> str:
    return text.split("_")[1]


def _with_unknown_ids(path: str) -> str:
    return "/".join(_UNKNOWN if part.startswith("{") else part for part in path.split("/"))


def _said(answer: httpx.Response) -> dict[str, Any]:
    body = answer.json() if answer.content else {"status": answer.status_code}
    return {name: value for name, value in body.items() if name != "traceId"}
