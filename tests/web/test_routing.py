"""From method and path to the operation."""

import pytest

from fettle.domain.errors import NotFound
from fettle.domain.ids import NIL
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.operations import Operations
from fettle.web.routing import MethodNotAllowed, Router

_ID = "2489E9AD-2EE2-8E00-8EC9-32D5F69181C0"


def router() -> Router:
    operations = Operations("test")

    async def answer(call: Call) -> Response:
        return Response(200, call.path.encode())

    operations("GET", "/work-orders", scope=None)(answer)
    operations("GET", "/work-order/{id}", "/work-orders/{id}", scope=None)(answer)
    operations("PATCH", "/work-orders/{id}", scope=None)(answer)
    operations("GET", "/work-orders/{id}/photos/{photo_id}", scope=None)(answer)
    operations("GET", "/files/{file_name}", scope=None)(answer)
    return Router(operations.all)


@pytest.mark.parametrize("path", ["/work-order/7", "/work-orders/7", "/work-orders/7/"])
def test_both_spellings_and_a_trailing_slash_find_the_same(path: str) -> None:
    match = router().find("GET", path)
    assert match.operation.paths[0] == "/work-order/{id}"
    assert match.params == {"id": "7"}


def test_a_uuid_is_taken_in_any_case() -> None:
    assert router().find("PATCH", f"/work-orders/{_ID}").params == {"id": _ID.lower()}
    found = router().find("GET", f"/work-orders/7/photos/{_ID}")
    assert found.params == {"id": "7", "photo_id": _ID.lower()}


_NO_REFERENCES = ["0", "-1", "01", "abc", "12345678901", _ID[:-1], _ID + "0", "..", "\uff17", "1 "]


@pytest.mark.parametrize("reference", _NO_REFERENCES)
def test_what_is_no_reference_goes_the_way_of_an_unknown_id(reference: str) -> None:
    assert router().find("GET", f"/work-orders/{reference}").params == {"id": NIL}


def test_a_number_names_nothing_but_a_work_order() -> None:
    assert router().find("GET", "/files/7").params == {"file_name": NIL}


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/files/../x", "/work-orders//", "//work-orders", "/work-orders/7/photos"]
)
def test_other_paths_are_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        router().find("GET", path)


def test_another_method_is_told_which_there_are() -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        router().find("DELETE", "/work-orders/7")
    assert refused.value.allowed == ("GET", "HEAD", "PATCH")
    assert router().find("HEAD", "/work-orders").operation.method == "GET"


def test_two_operations_for_one_path_are_a_mistake() -> None:
    operations = Operations("test")

    async def answer(call: Call) -> Response:
        return Response(200, call.path.encode())

    operations("GET", "/a/{id}", scope=None)(answer)
    operations("GET", "/a/{other}", scope=None)(answer)
    with pytest.raises(ValueError, match="two operations"):
        Router(operations.all)
