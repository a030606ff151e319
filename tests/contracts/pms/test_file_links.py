"""Links that show one file, and the way to the store itself."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.contracts.pictures import png
from tests.contracts.pms.client import Json, PmsClient
from tests.serving import FettleServer

_UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def file(client: PmsClient) -> tuple[str, bytes]:
    """A stored file: its name and its bytes."""
    content = png("shared") + bytes(100_000)
    answer = client.send("POST", "/files", files={"file": ("drawing é.png", content)})
    assert answer.is_success, answer.text
    return answer.json()["name"], content


def _share(client: PmsClient, name: str, **body: int) -> Json:
    link: Json = client.data("POST", f"/v1/files/{name}/links", status=201, json=body)
    return link


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_whoever_has_the_link_sees_the_file(client: PmsClient, file: tuple[str, bytes]) -> None:
    name, content = file
    link = _share(client, name)
    answer = httpx.get(link["url"])
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "filename*=UTF-8''drawing%20%C3%A9.png" in answer.headers["content-disposition"]
    part = httpx.get(link["url"], headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, content[5:10])
    assert httpx.head(link["url"]).headers["content-length"] == str(len(content))


def test_a_link_lasts_as_long_as_it_says(client: PmsClient, file: tuple[str, bytes]) -> None:
    for seconds in (59, 0, -1, 30 * 24 * 3600 + 1):
        problem = client.refused(
            400, "INVALID_BODY", "POST", f"/v1/files/{file[0]}/links", json={"expiresInS": seconds}
        )
        assert problem["details"][0]["field"] == "expiresInS"
    link = _share(client, file[0], expiresInS=3600)
    assert link["expiresAt"] > link["createdAt"]


def test_only_the_address_that_was_made_works(client: PmsClient, file: tuple[str, bytes]) -> None:
    one, other = _share(client, file[0]), _share(client, file[0])
    base = one["url"].partition("?")[0]
    others = other["url"].partition("?signature=")[2]
    unknown = base.rpartition("/")[0] + f"/{_UNKNOWN}?signature={others}"
    answers = []
    for url in (base, f"{base}?signature=", f"{base}?signature={others}", f"{base}?signature=é", unknown):
        answer = httpx.get(url)
        assert _code(answer) == (404, "NOT_FOUND")
        answers.append({key: value for key, value in answer.json().items() if key != "traceId"})
    assert all(answer == answers[0] for answer in answers)


def test_a_link_is_taken_back(client: PmsClient, stranger: PmsClient, file: tuple[str, bytes]) -> None:
    link = _share(client, file[0])
    assert [each["id"] for each in client.data("GET", f"/v1/files/{file[0]}/links")] == [link["id"]]
    stranger.refused(404, "NOT_FOUND", "DELETE", f"/v1/file-links/{link['id']}")
    assert httpx.get(link["url"]).status_code == 200
    client.data("DELETE", f"/v1/file-links/{link['id']}")
    assert _code(httpx.get(link["url"])) == (410, "LINK_EXPIRED")
    again = client.send("DELETE", f"/v1/file-links/{link['id']}")
    assert again.headers["fettle-replayed"] == "true"
    assert client.data("GET", f"/v1/files/{file[0]}/links") == []


def test_nobody_shares_what_is_not_theirs(stranger: PmsClient, file: tuple[str, bytes]) -> None:
    stranger.refused(404, "NOT_FOUND", "POST", f"/v1/files/{file[0]}/links", json={})
    stranger.refused(404, "NOT_FOUND", "GET", f"/v1/files/{file[0]}/links")


def test_a_link_ends_with_its_makers_account(admin: PmsClient, operator: PmsClient, file: tuple[str, bytes]) -> None:
    link = _share(operator, file[0])
    assert httpx.get(link["url"]).status_code == 200
    admin.data("PATCH", f"/v1/users/{link['createdByUserId']}", json={"isActive": False})
    try:
        assert _code(httpx.get(link["url"])) == (410, "LINK_EXPIRED")
    finally:
        admin.data("PATCH", f"/v1/users/{link['createdByUserId']}", json={"isActive": True})


def test_the_signature_is_in_no_log(client: PmsClient, server: FettleServer, file: tuple[str, bytes]) -> None:
    link = _share(client, file[0])
    httpx.get(link["url"])
    signature = parse_qs(urlsplit(link["url"]).query)["signature"][0]
    time.sleep(0.2)
    assert link["id"] in server.log
    assert signature not in server.log


def test_on_a_bucket_the_way_there_is_told_to_who_asks(client: PmsClient, file: tuple[str, bytes]) -> None:
    name, content = file
    shared = _share(client, name)["url"]
    for url, headers in (
        (f"{client.base_url}/files/{name}?redirect=true", client.http.headers),
        (f"{shared}&redirect=true", {}),
    ):
        answer = httpx.get(url, headers=headers)
        if answer.status_code == 307:
            assert answer.headers["cache-control"] == "private, no-store"
            assert int(parse_qs(urlsplit(answer.headers["location"]).query)["X-Amz-Expires"][0]) <= 300
            answer = httpx.get(answer.headers["location"])
            assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.content == content
    assert client.send("GET", f"/files/{name}").status_code == 200
    client.refused(400, "INVALID_PARAMETER", "GET", f"/files/{name}?redirect=perhaps")
