"""Evidence packs of a filter: asked for, looked after, fetched in ranges, given up."""

import time
from uuid import uuid4

import pytest

from tests.contracts.pms.client import Json, PmsClient
from tests.contracts.pms.test_evidence_packs import key_of
from tests.contracts.pms.test_reports import attach
from tests.services.packs import Pack
from tests.services.papers import Paper

_PATH = "/v1/evidence-packs"
_MOST_S = 60


@pytest.fixture
def word(client: PmsClient) -> str:
    """What finds three orders, each with an attachment."""
    made = f"w{uuid4().hex}"
    for number in range(3):
        attach(client, client.new_order(name=f"{made} {number}"), "Plan", f"{made} {number}".encode(), "FILE")
    return made


def ask(client: PmsClient, **body: object) -> Json:
    asked: Json = client.data("POST", _PATH, status=202, json=body)
    return asked


def ended(client: PmsClient, pack_id: str) -> Json:
    until = time.monotonic() + _MOST_S
    while time.monotonic() < until:
        shown: Json = client.data("GET", f"{_PATH}/{pack_id}")
        if shown["state"] in {"ready", "failed"}:
            return shown
        time.sleep(0.1)
    raise TimeoutError(shown)


def test_one_pack_of_all_orders_of_a_filter(client: PmsClient, word: str) -> None:
    asked = ask(client, q=word, status=["DRAFT"], language="fr", timeZone="Europe/Paris")
    assert asked["state"] in {"waiting", "working"}
    ready = ended(client, asked["id"])
    assert ready["state"] == "ready", ready
    assert ready["progress"] == {"ordersDone": 3, "orders": 3, "bytes": ready["progress"]["bytes"]}
    answer = client.send("GET", ready["contentUrl"])
    assert (answer.status_code, len(answer.content)) == (200, ready["progress"]["bytes"])
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="evidence-{ready["id"]}.zip"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"] == f'"{ready["sha256"]}"'
    pack = Pack(answer.content, key_of(client))
    first = pack.manifest["orders"][0]
    assert [order["name"] for order in pack.manifest["orders"]] == [f"{word} {number}" for number in range(3)]
    assert Paper(pack.read(first["report"])).says(f"Ordre de travail {first['number']}")
    client.data("DELETE", f"{_PATH}/{ready['id']}")


def test_its_bytes_come_in_ranges_and_not_again_for_nothing(client: PmsClient, word: str) -> None:
    ready = ended(client, ask(client, q=word)["id"])
    whole = client.send("GET", ready["contentUrl"])
    part = client.send("GET", ready["contentUrl"], headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    behind = client.send("GET", ready["contentUrl"], headers={"Range": f"bytes={len(whole.content)}-"})
    assert (behind.status_code, behind.json()["code"]) == (416, "RANGE_NOT_SATISFIABLE")
    again = client.send("GET", ready["contentUrl"], headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.send("HEAD", ready["contentUrl"])
    assert (head.status_code, int(head.headers["content-length"])) == (200, len(whole.content))
    client.data("DELETE", f"{_PATH}/{ready['id']}")


def test_given_up_it_is_gone(client: PmsClient, word: str) -> None:
    pack_id = ask(client, q=word)["id"]
    assert pack_id in [pack["id"] for pack in client.data("GET", _PATH)]
    client.data("DELETE", f"{_PATH}/{pack_id}")
    for path in (f"{_PATH}/{pack_id}", f"{_PATH}/{pack_id}/content"):
        client.refused(404, "NOT_FOUND", "GET", path)
    client.refused(404, "NOT_FOUND", "DELETE", f"{_PATH}/{pack_id}")
    assert pack_id not in [pack["id"] for pack in client.data("GET", _PATH)]


def test_the_same_request_under_the_same_key_asks_once(client: PmsClient, word: str) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    first, second = (client.send("POST", _PATH, json={"q": word}, headers=headers) for _ in range(2))
    assert first.json()["data"]["id"] == second.json()["data"]["id"]
    assert (first.headers["location"], second.headers["fettle-replayed"]) == (second.headers["location"], "true")
    client.data("DELETE", first.headers["location"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": ["NEW"]}, "status"),
        ({"componentId": "x"}, "componentId"),
        ({"updatedSince": "yesterday"}, "updatedSince"),
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"language": "de"}, "language"),
        ({"colour": "red"}, "colour"),
        ({"q": "x" * 201}, "q"),
    ],
)
def test_what_cannot_be_asked_for(client: PmsClient, body: Json, field: str) -> None:
    before = client.data("GET", _PATH)
    refused = client.refused(400, "INVALID_BODY", "POST", _PATH, json=body)
    assert [detail["field"].partition("[")[0] for detail in refused["details"]] == [field]
    assert client.data("GET", _PATH) == before


def test_another_company_finds_nothing_and_takes_nothing_away(
    client: PmsClient, stranger: PmsClient, word: str
) -> None:
    ready = ended(client, ask(client, q=word)["id"])
    for method, path in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
        stranger.refused(404, "NOT_FOUND", method, f"{_PATH}/{ready['id']}{path}")
    assert stranger.data("GET", _PATH) == []
    theirs = ended(stranger, ask(stranger, q=word)["id"])
    assert Pack(stranger.send("GET", theirs["contentUrl"]).content).manifest["orders"] == []
    assert client.data("GET", f"{_PATH}/{ready['id']}") == ready
    client.data("DELETE", f"{_PATH}/{ready['id']}")
    stranger.data("DELETE", f"{_PATH}/{theirs['id']}")
