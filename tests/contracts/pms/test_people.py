"""Users, sessions, passwords and API keys below `/v1`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.contracts.pms.client import Json, PmsClient, signed_in

_PASSWORD = "correct horse battery"


def _user(admin: PmsClient, role: str = "OPERATOR") -> Json:
    body = {"email": f"Kim.{uuid4()}@Example.com", "firstName": "Kim", "lastName": "Ng", "role": role}
    made = admin.data("POST", "/v1/users", status=201, json={**body, "password": _PASSWORD})
    user: Json = admin.data("GET", f"/v1/users/{made['id']}")
    return user


def test_a_user_is_added_changed_and_disabled(admin: PmsClient) -> None:
    user = _user(admin)
    assert user["email"] == user["email"].lower()
    assert (user["role"], user["isActive"], user["isSystem"]) == ("OPERATOR", True, False)
    assert "$argon2" not in admin.send("GET", "/v1/users", params={"pageSize": 100}).text
    with signed_in(admin.base_url, user["email"].upper(), _PASSWORD) as kim:
        assert kim.data("GET", "/v1/me")["userId"] == user["id"]
        admin.data("PATCH", f"/v1/users/{user['id']}", json={"role": "VIEWER", "lastName": "Ngo"})
        assert kim.data("GET", "/v1/me")["scopes"] == ["read"]
        admin.data("PATCH", f"/v1/users/{user['id']}", json={"isActive": False})
        kim.refused(401, "UNAUTHENTICATED", "GET", "/v1/me")
    shown = admin.data("GET", f"/v1/users/{user['id']}")
    assert (shown["lastName"], shown["isActive"]) == ("Ngo", False)
    assert shown["disabledAt"].endswith("Z")
    assert user["id"] in {item["id"] for item in admin.walk("/v1/users", pageSize=2)}


def test_what_a_user_may_not_be(admin: PmsClient, operator: PmsClient) -> None:
    user = _user(admin)
    body = {"email": user["email"], "firstName": "A", "lastName": "B", "role": "VIEWER"}
    admin.refused(409, "EMAIL_TAKEN", "POST", "/v1/users", json=body)
    for field, value in (("email", "nobody"), ("role", "KING"), ("password", "short"), ("firstName", "")):
        refused = admin.refused(400, "INVALID_BODY", "POST", "/v1/users", json={**body, field: value})
        assert [detail["field"] for detail in refused["details"]] == [field]
    admin.refused(400, "INVALID_BODY", "PATCH", f"/v1/users/{user['id']}", json={})
    operator.refused(403, "FORBIDDEN", "POST", "/v1/users", json=body)
    operator.refused(403, "FORBIDDEN", "PATCH", f"/v1/users/{user['id']}", json={"role": "ADMIN"})


def test_the_last_administrator_stays(stranger: PmsClient) -> None:
    me = stranger.data("GET", "/v1/me")["userId"]
    stranger.refused(409, "LAST_ADMIN", "PATCH", f"/v1/users/{me}", json={"isActive": False})
    stranger.refused(409, "LAST_ADMIN", "PATCH", f"/v1/users/{me}", json={"role": "VIEWER"})


def test_a_session_has_its_end(admin: PmsClient) -> None:
    user = _user(admin)
    with PmsClient(admin.base_url, {}) as anonymous:
        sent = {"email": user["email"], "password": _PASSWORD}
        session = anonymous.data("POST", "/v1/sessions", status=201, json=sent)
        assert session.keys() == {"token", "expiresAt", "userId"}
        assert session["userId"] == user["id"]
        assert datetime.fromisoformat(session["expiresAt"]) > datetime.now(UTC)
        token = session["token"]
        anonymous.refused(401, "UNAUTHENTICATED", "GET", "/v1/me", headers={"X-API-Key": token})
        bearer = {"Authorization": f"Bearer {token}"}
        assert anonymous.data("GET", "/v1/me", headers=bearer)["credential"] == "TOKEN"
        anonymous.data("DELETE", "/v1/sessions/current", headers=bearer)
        anonymous.refused(401, "UNAUTHENTICATED", "GET", "/v1/me", headers=bearer)


def test_whether_an_address_has_an_account_is_not_told(admin: PmsClient) -> None:
    user = _user(admin)
    with PmsClient(admin.base_url, {}) as anonymous:
        answers = [
            anonymous.refused(
                401, "WRONG_PASSWORD", "POST", "/v1/sessions", json={"email": email, "password": "x" * 12}
            )
            for email in (user["email"], f"{uuid4()}@example.com")
        ]
    for answer in answers:
        answer.pop("traceId")
    assert answers[0] == answers[1]


def test_guessing_is_slowed_down_before_the_password_is_looked_at(admin: PmsClient) -> None:
    user = _user(admin)

    def guess(number: int) -> int:
        sent = {"email": user["email"], "password": f"guess number {number}"}
        return admin.send("POST", "/v1/sessions", json=sent, headers={"Authorization": ""}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(guess, range(24)))
    assert sorted(set(statuses)) == [401, 429]
    assert statuses.count(401) == 10
    right = {"email": user["email"].upper(), "password": _PASSWORD}
    answer = admin.send("POST", "/v1/sessions", json=right)
    assert (answer.status_code, answer.json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert int(answer.headers["retry-after"]) > 0


def test_a_right_password_is_no_guess(admin: PmsClient) -> None:
    user = _user(admin)
    for _ in range(12):
        signed_in(admin.base_url, user["email"], _PASSWORD).http.close()


def test_a_password_is_changed_by_who_knows_it(admin: PmsClient) -> None:
    user = _user(admin)
    with (
        signed_in(admin.base_url, user["email"], _PASSWORD) as here,
        signed_in(admin.base_url, user["email"], _PASSWORD) as elsewhere,
    ):
        path, fresh = "/v1/me/password", "staple " + _PASSWORD
        wrong = here.refused(
            400, "INVALID_BODY", "PUT", path, json={"currentPassword": "not this one", "newPassword": fresh}
        )
        assert wrong["details"][0]["field"] == "currentPassword"
        short = {"currentPassword": _PASSWORD, "newPassword": "short"}
        assert here.refused(400, "INVALID_BODY", "PUT", path, json=short)["details"][0]["field"] == "newPassword"
        change, headers = {"currentPassword": _PASSWORD, "newPassword": fresh}, {"Idempotency-Key": str(uuid4())}
        here.data("PUT", path, json=change, headers=headers)
        assert here.send("PUT", path, json=change, headers=headers).headers["fettle-replayed"] == "true"
        here.data("GET", "/v1/me")
        elsewhere.refused(401, "UNAUTHENTICATED", "GET", "/v1/me")
        sent = {"email": user["email"], "password": _PASSWORD}
        here.refused(401, "WRONG_PASSWORD", "POST", "/v1/sessions", json=sent)
        signed_in(admin.base_url, user["email"], fresh).http.close()


def test_a_key_cannot_do_what_is_a_persons(client: PmsClient) -> None:
    body = {"currentPassword": _PASSWORD, "newPassword": _PASSWORD}
    client.refused(403, "USER_TOKEN_REQUIRED", "PUT", "/v1/me/password", json=body)
    client.refused(403, "USER_TOKEN_REQUIRED", "DELETE", "/v1/sessions/current")
    made = {"name": "n", "scopes": ["read"]}
    one = f"/v1/api-keys/{uuid4()}"
    client.refused(403, "KEYS_NEED_A_PERSON", "POST", "/v1/api-keys", json=made)
    for method, path in (("GET", "/v1/api-keys"), ("GET", one), ("DELETE", one)):
        client.refused(403, "KEYS_NEED_A_PERSON", method, path)


def test_the_life_of_a_key(admin: PmsClient) -> None:
    expires = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    body = {"name": "Property management", "scopes": ["evidence:write", "read"], "expiresAt": expires}
    headers = {"Idempotency-Key": str(uuid4())}
    answer = admin.send("POST", "/v1/api-keys", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    made, place = answer.json()["data"], answer.headers["location"]
    again = admin.send("POST", "/v1/api-keys", json=body, headers=headers)
    assert (again.status_code, again.headers["fettle-replayed"]) == (201, "true")
    assert again.json()["data"] == {"id": made["id"]}
    shown = admin.data("GET", place)
    assert (shown["scopes"], shown["expiresAt"]) == (["evidence:write", "read"], expires)
    assert made["key"].split("_")[2] not in admin.send("GET", "/v1/api-keys", params={"pageSize": 100}).text
    with PmsClient(admin.base_url, {"X-API-Key": made["key"]}) as keyed:
        assert keyed.data("GET", "/v1/me")["scopes"] == ["evidence:write", "read"]
        keyed.refused(403, "FORBIDDEN", "POST", "/v1/components", json={})
        admin.data("DELETE", place)
        keyed.refused(401, "UNAUTHENTICATED", "GET", "/v1/me")
    assert admin.send("DELETE", place).headers["fettle-replayed"] == "true"
    assert admin.data("GET", place)["revokedAt"].endswith("Z")
    assert made["id"] in {item["id"] for item in admin.walk("/v1/api-keys", pageSize=2)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", []),
        ("scopes", ["keys:write"]),
        ("scopes", ["everything"]),
        ("name", ""),
        ("expiresAt", "2020-01-01T00:00:00Z"),
        ("expiresAt", "tomorrow"),
        ("userId", "x"),
    ],
)
def test_a_bad_key_is_refused(admin: PmsClient, field: str, value: object) -> None:
    body = {"name": "Key", "scopes": ["read"], field: value}
    refused = admin.refused(400, "INVALID_BODY", "POST", "/v1/api-keys", json=body)
    assert [detail["field"].partition("[")[0] for detail in refused["details"]] == [field]


def test_two_credentials_are_one_too_many(admin: PmsClient, client: PmsClient) -> None:
    key = client.http.headers["x-api-key"]
    admin.refused(400, "TWO_CREDENTIALS", "GET", "/v1/me", headers={"X-API-Key": key})
    same = {"X-API-Key": key, "Authorization": f"Bearer {key}"}
    with PmsClient(admin.base_url, {}) as anonymous:
        assert anonymous.data("GET", "/v1/me", headers=same)["credential"] == "KEY"
        refused = anonymous.send("GET", "/v1/me", params={"api_key": key})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == 'Bearer realm="fettle"'
