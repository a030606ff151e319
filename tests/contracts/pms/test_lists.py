"""Lists below `/v1`: pages and cursors equal the sorted reference, filters hold together, a search is literal."""

import base64
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contracts.pms.client import Json, PmsClient
from tests.serving import Demo, FettleServer

_NAMES = [
    "Révision 100% of pump_7",
    "Pump 8 \"quoted\" 'single'",
    "Press; DROP TABLE work_orders",
    "Valve",
    "valve second",
    "Drum",
    "Gear",
]


@pytest.fixture(scope="module")
def lists(server: FettleServer) -> Iterator[PmsClient]:
    """A client of a company that has the orders of this module and no others."""
    email = "lea@lists.example"
    server.command("init", "--company", "Lists Ltd", "--email", email)
    key = server.command("key", "create", "--user", email, "--scopes", "all")["api_key"]
    with PmsClient(server.base_url, {"X-API-Key": key}) as made:
        body = {"name": "Part", "componentType": "SN"}
        made.component_id = made.data("POST", "/v1/components", status=201, json=body)["id"]
        for number, name in enumerate(_NAMES):
            deadline = f"2026-05-{number + 1:02}T12:00:00Z" if number % 3 else None
            order = made.new_order(name=name, deadline=deadline, description="" if number % 2 else "même lot")
            made.move(order["id"], *("REVIEW", "PRODUCTION")[: number % 3])
        yield made


_SORTS: dict[str, Callable[[Json], Any]] = {
    "updatedAt": lambda order: order["updatedAt"],
    "createdAt": lambda order: order["createdAt"],
    "woNumber": lambda order: order["woNumber"],
}


@pytest.mark.parametrize("sort", _SORTS)
@pytest.mark.parametrize("way", ["", "-"])
def test_walking_and_paging_equal_the_sorted_reference(lists: PmsClient, sort: str, way: str) -> None:
    everything, meta = lists.page("/v1/work-orders", pageSize=100)
    assert (len(everything), meta["total"], meta["totalIsExact"]) == (len(_NAMES), len(_NAMES), True)
    expected = sorted(everything, key=_SORTS[sort], reverse=bool(way))
    assert lists.walk("/v1/work-orders", sort=way + sort, pageSize=2) == expected
    pages = [lists.page("/v1/work-orders", sort=way + sort, pageSize=3, page=number)[0] for number in (1, 2, 3, 4)]
    assert [order for page in pages for order in page] == expected


@pytest.mark.parametrize(("sort", "last"), [("deadline", "9"), ("-deadline", "")])
def test_what_has_no_deadline_comes_last(lists: PmsClient, sort: str, last: str) -> None:
    everything, _ = lists.page("/v1/work-orders", pageSize=100)
    found = lists.walk("/v1/work-orders", sort=sort, pageSize=2)
    expected = sorted((order.get("deadline", last) for order in everything), reverse=sort.startswith("-"))
    assert [order.get("deadline", last) for order in found] == expected
    assert sorted(order["id"] for order in found) == sorted(order["id"] for order in everything)


def test_the_newest_change_comes_first_by_default(lists: PmsClient) -> None:
    oldest = lists.walk("/v1/work-orders")[-1]
    lists.data("POST", f"/v1/work-orders/{oldest['id']}/comments", status=201, json={"comment": "Moves up"})
    assert lists.page("/v1/work-orders", pageSize=1)[0][0]["id"] == oldest["id"]


def test_filters_hold_together(lists: PmsClient) -> None:
    everything = lists.walk("/v1/work-orders")
    two = lists.walk("/v1/work-orders", status=["DRAFT", "PRODUCTION"])
    assert {order["id"] for order in two} == {
        order["id"] for order in everything if order["status"] in {"DRAFT", "PRODUCTION"}
    }
    assert {order["status"] for order in lists.walk("/v1/work-orders", status="REVIEW", q="valve")} <= {"REVIEW"}
    assert len(lists.walk("/v1/work-orders", componentId=lists.component_id.upper())) == len(_NAMES)
    assert lists.walk("/v1/work-orders", componentId="2489e9ad-2ee2-8e00-8ec9-32d5f69181c0") == []
    assert lists.walk("/v1/work-orders", assigneeUserId=lists.data("GET", "/v1/me")["userId"]) == []
    newest = everything[0]
    since = lists.walk("/v1/work-orders", updatedSince=newest["updatedAt"])
    assert newest["id"] in {order["id"] for order in since}
    assert lists.walk("/v1/work-orders", updatedSince="2100-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("revision", {0}),
        ("RÉVIS", {0}),
        ("pump_7", {0}),
        ("100%", {0}),
        ("val", {3, 4}),
        ("sec valve", {4}),
        ('8 "quoted"', {1}),
        ("'single'", {1}),
        ("meme lot pump", {0}),
        ("%", set()),
        ("_", set()),
        ("v_lve", set()),
        ("va%", {3, 4}),
        ("' OR 1=1--", set()),
        ("drop table", {2}),
        ('"', set()),
        ("\\", set()),
        ("*", set()),
        ("", set(range(len(_NAMES)))),
        ("   ", set(range(len(_NAMES)))),
    ],
)
def test_a_search_means_what_it_says(lists: PmsClient, search: str, found: set[int]) -> None:
    names = {order["name"] for order in lists.walk("/v1/work-orders", q=search)}
    assert names == {_NAMES[number] for number in found}


@pytest.mark.parametrize(
    "params",
    [
        {"page": 0},
        {"page": -1},
        {"page": "abc"},
        {"pageSize": 0},
        {"pageSize": 101},
        {"pageSize": "1e9"},
        {"sort": "name"},
        {"status": "OPEN"},
        {"componentId": "x"},
        {"updatedSince": "yesterday"},
        {"updatedSince": "2026-04-15"},
        {"q": "q" * 201},
        {"cursor": ""},
        {"cursor": "x"},
        {"cursor": "2.AAAA"},
        {"cursor": "0.AAAA"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_a_bad_parameter_is_named(lists: PmsClient, params: Json) -> None:
    refused = lists.refused(400, "INVALID_PARAMETER", "GET", "/v1/work-orders", params=params)
    assert [detail["field"].partition("[")[0] for detail in refused["details"]] == list(params)


@pytest.mark.parametrize("params", [{"page": 501}, {"page": 10_001, "pageSize": 1}, {"page": 10**30}])
def test_pages_end_at_ten_thousand_rows(lists: PmsClient, params: Json) -> None:
    lists.refused(400, "PAGE_TOO_DEEP", "GET", "/v1/work-orders", params=params)
    assert lists.page("/v1/work-orders", page=500)[0] == []


def test_a_cursor_belongs_to_its_list_and_order(lists: PmsClient, client: PmsClient, demo: Demo) -> None:
    cursor = lists.page("/v1/work-orders", pageSize=1)[1]["nextCursor"]
    for path, params in (
        ("/v1/work-orders", {"sort": "woNumber"}),
        ("/v1/components", {}),
        (f"/v1/work-orders/{lists.page('/v1/work-orders')[0][0]['id']}/activity", {}),
    ):
        refused = lists.refused(400, "INVALID_PARAMETER", "GET", path, params={**params, "cursor": cursor})
        assert refused["details"][0]["field"] == "cursor"
    tampered = cursor[:-2] + ("AA" if not cursor.endswith("AA") else "BB")
    lists.refused(400, "INVALID_PARAMETER", "GET", "/v1/work-orders", params={"cursor": tampered})
    mine, _ = client.page("/v1/work-orders", cursor=cursor)
    theirs = {order["id"] for order in lists.walk("/v1/work-orders")}
    assert theirs.isdisjoint(order["id"] for order in mine)
    assert demo.work_order_id in {order["id"] for order in client.walk("/v1/work-orders", pageSize=100)}


@pytest.mark.parametrize(
    ("path", "list_name", "value"),
    [
        ("/v1/work-orders", "v1.work-orders -updatedAt", "text"),
        ("/v1/components", "v1.components", 7),
        ("/v1/components", "v1.components", "a\0b"),
        ("/v1/users", "v1.users", "\ud800"),
    ],
)
def test_a_well_made_cursor_of_another_kind_is_refused(
    lists: PmsClient, path: str, list_name: str, value: str | int
) -> None:
    body = json.dumps([value, "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"]).encode()
    checksum = zlib.crc32(list_name.encode() + b"\n" + body).to_bytes(4, "big")
    forged = "2." + base64.urlsafe_b64encode(checksum + body).decode().rstrip("=")
    refused = lists.refused(400, "INVALID_PARAMETER", "GET", path, params={"cursor": forged})
    assert refused["details"][0]["field"] == "cursor"


def test_what_hangs_on_an_order_is_paged_oldest_first(lists: PmsClient) -> None:
    order = lists.new_order(name="Hung")
    places = [lists.add_photo(order["id"], step=f"step {number}").headers["location"] for number in range(5)]
    path = f"/v1/work-orders/{order['id']}"
    walked = [f"{path}/photos/{photo['id']}" for photo in lists.walk(f"{path}/photos", pageSize=2)]
    assert walked == places
    second, meta = lists.page(f"{path}/photos", pageSize=2, page=2)
    assert [f"{path}/photos/{photo['id']}" for photo in second] == places[2:4]
    assert meta["total"] == 5
    assert [entry["version"] for entry in lists.walk(f"{path}/activity", pageSize=4)] == [1, 2, 3, 4, 5, 6]
    lists.move(order["id"], "CANCELED")
