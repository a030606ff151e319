"""GET /work-orders: order, filters, pages by cursor, and the whole list as a stream."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.contracts.serial.client import Json, SerialClient, require_whole
from tests.serving import Demo


def _list(client: SerialClient, query: str = "", **sent: Any) -> list[Json]:
    answer = client.send("GET", f"/work-orders{query}", **sent)
    assert answer.status_code == 200, answer.text
    return [require_whole(order) for order in answer.json()]


def _pages(client: SerialClient, query: str) -> Iterator[list[Json]]:
    address: httpx.URL | None = client.http.base_url.join(f"/work-orders{query}")
    while address is not None:
        answer = client.http.get(address)
        yield [require_whole(order) for order in answer.json()]
        following = answer.links.get("next")
        address = address.join(following["url"]) if following else None


@pytest.fixture(scope="module")
def many(client: SerialClient) -> list[Json]:
    """More orders than one batch of the stream, of a component of their own, in the order in which they were made."""
    component = client.send("POST", "/components", json={"name": f"{uuid4()}", "component_type": "LOT"}).json()["id"]
    return [client.new_order(component_id=component, name=f"Lot {number}") for number in range(230)]


def test_most_recently_updated_first(client: SerialClient) -> None:
    first, second = client.new_order(), client.new_order()
    assert [order["id"] for order in _list(client, "?limit=2")] == [second["id"], first["id"]]
    client.move(first, "REVIEW")
    assert [order["id"] for order in _list(client, "?limit=2")] == [first["id"], second["id"]]


def test_without_a_limit_everything_is_streamed(client: SerialClient, many: list[Json]) -> None:
    listed = _list(client)
    assert len({order["id"] for order in listed}) == len(listed)
    edited = [order["last_edited_at"] or order["created_at"] for order in listed]
    assert edited == sorted(edited, reverse=True)
    assert {order["id"] for order in many} <= {order["id"] for order in listed}


def test_the_stream_comes_in_chunks(client: SerialClient, many: list[Json]) -> None:
    with client.http.stream("GET", "/work-orders") as answer:
        assert "content-length" not in answer.headers
        assert answer.headers["transfer-encoding"] == "chunked"
        answer.read()
    assert len(answer.json()) >= len(many)


def test_what_changes_while_the_stream_is_read_is_not_missed(client: SerialClient, many: list[Json]) -> None:
    last = min(_list(client), key=lambda order: order["last_edited_at"] or order["created_at"])
    with client.http.stream("GET", "/work-orders") as answer:
        chunks = answer.iter_raw()
        received = [next(chunks)]
        client.send(
            "POST", f"/work-orders/{last['id']}/comments", json={"comment": "x", "added_by_user_id": client.user_id}
        )
        received += chunks
    listed = httpx.Response(200, content=b"".join(received)).json()
    assert [order["id"] for order in listed].count(last["id"]) == 1
    assert len(listed) >= len(many)


@pytest.mark.parametrize("limit", [1, 7, 229, 230, 231, 1000])
def test_pages_hold_everything_once(client: SerialClient, many: list[Json], limit: int) -> None:
    component = many[0]["component_id"]
    wanted = many if limit > 1 else many[-5:]
    query = f"?limit={limit}&component_id={component}"
    pages = []
    for page in _pages(client, query):
        pages.append(page)
        if limit == 1 and len(pages) == 5:
            break
    assert all(len(page) <= limit for page in pages)
    assert [order["id"] for page in pages for order in page] == [order["id"] for order in reversed(wanted)]


def test_filters_hold_together(client: SerialClient, demo: Demo, many: list[Json]) -> None:
    component = many[0]["component_id"]
    order = client.new_order(component_id=component, assignee_user_id=demo.operator_user_id, name="Zwölf Boxkämpfer")
    client.move(order, "REVIEW")
    other = client.new_order(component_id=component, assignee_user_id=demo.operator_user_id)
    client.move(other, "CANCELED")
    person = f"component_id={component.upper()}&assignee_user_id={demo.operator_user_id}"
    assert [o["id"] for o in _list(client, f"?{person}&status=REVIEW&status=DRAFT")] == [order["id"]]
    assert [o["id"] for o in _list(client, f"?{person}&status=CANCELED&limit=5")] == [other["id"]]
    assert [o["id"] for o in _list(client, f"?{person}&q=boxk%20ZWOLF")] == [order["id"]]
    since = other["created_at"].replace("Z", "%2B00:00")
    assert [o["id"] for o in _list(client, f"?{person}&updated_since={since}")] == [other["id"]]
    client.move(order, "CANCELED")
    client.move(other, "ARCHIVED")


@pytest.mark.parametrize("search", ["' OR 1=1--", "%25", "_", "*", "%22", "Lot%20nowhere"])
def test_a_search_means_what_it_says(client: SerialClient, many: list[Json], search: str) -> None:
    assert _list(client, f"?component_id={many[0]['component_id']}&q={search}") == []


def test_a_number_is_found(client: SerialClient, order: Json) -> None:
    assert order["id"] in [found["id"] for found in _list(client, f"?q={order['wo_number']}")]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=1001", "limit"),
        ("limit=1e9", "limit"),
        ("limit=abc", "limit"),
        ("limit=", "limit"),
        ("limit=null", "limit"),
        ("limit=1&limit=2", "limit"),
        ("status=draft", "status[0]"),
        ("component_id=1", "component_id"),
        ("assignee_user_id=", "assignee_user_id"),
        ("updated_since=yesterday", "updated_since"),
        ("order=name", "order"),
        ("q=%00", "q"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=é", "cursor"),
        ("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(client: SerialClient, query: str, field: str) -> None:
    refusal = client.refused(400, "INVALID_PARAMETER", "GET", f"/work-orders?{query}")
    assert [detail["field"] for detail in refusal["details"]] == [field]


@pytest.mark.usefixtures("many")
def test_a_cursor_that_was_tampered_with_is_refused(client: SerialClient) -> None:
    link = client.send("GET", "/work-orders?limit=1").links["next"]["url"]
    cursor = link.partition("cursor=")[2]
    for at in range(0, len(cursor), 5):
        forged = cursor[:at] + ("B" if cursor[at] == "A" else "A") + cursor[at + 1 :]
        client.refused(400, "INVALID_PARAMETER", "GET", f"/work-orders?limit=1&cursor={forged}")


@pytest.mark.usefixtures("many")
def test_a_cursor_of_one_company_shows_nothing_of_it_to_another(client: SerialClient, stranger: SerialClient) -> None:
    link = client.send("GET", "/work-orders?limit=1").links["next"]["url"]
    own = stranger.new_order()
    listed = stranger.send("GET", link)
    assert listed.status_code == 200
    assert {order["id"] for order in listed.json()} <= {own["id"]}


def test_nothing_found_is_an_empty_array(client: SerialClient) -> None:
    nobody = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
    for query in (f"?component_id={nobody}", f"?component_id={nobody}&limit=5"):
        assert client.send("GET", f"/work-orders{query}").content == b"[]"
