"""Every code that can be raised has its sentences and its status; nothing else has."""

import ast
from collections.abc import Iterator

import pytest

from fettle.domain import errors
from fettle.domain.errors import FettleError
from fettle.domain.field_messages import FIELD_MESSAGES
from fettle.domain.messages import MESSAGES
from fettle.web.api import all_operations
from fettle.web.observe import Observer
from fettle.web.openapi.codes import CODES_BY_STATUS, STATUS_OF_CODE
from fettle.web.problems import InternalError, status_of
from fettle.web.routing import MethodNotAllowed
from fettle.web.server_routes import Health, Server
from fettle.web.transfer import RangeNotSatisfiable
from tests.house.sources import sources

_CLASSES = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, FettleError)
}
# What only commands say, and what has no code of its own.
_NEVER_ANSWERED = {"COMPANY_EXISTS"}


def test_every_code_has_one_status_and_both_languages() -> None:
    codes = [code for codes in CODES_BY_STATUS.values() for code in codes]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(MESSAGES)
    for sentences in (*MESSAGES.values(), *FIELD_MESSAGES.values()):
        assert sentences.en.strip()
        assert sentences.fr.strip()


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    raised = set(_raised())
    assert raised
    assert not {(place, code) for place, _, code in raised if code not in MESSAGES}


def test_every_code_comes_with_the_status_of_the_table() -> None:
    for place, kind, code in _raised():
        assert status_of(_CLASSES[kind](code)) == STATUS_OF_CODE[code], place


@pytest.mark.parametrize("error", [MethodNotAllowed("PUT", ("GET",)), RangeNotSatisfiable(3), InternalError()])
def test_errors_of_the_web_room_come_with_the_status_of_the_table(error: FettleError) -> None:
    assert status_of(error) == STATUS_OF_CODE[error.code]


def test_every_detail_that_is_given_is_in_the_catalogue() -> None:
    given = set(_details())
    assert given
    assert not {(place, code) for place, code in given if code not in FIELD_MESSAGES}


def test_every_declared_code_is_in_the_catalogue() -> None:
    operations = all_operations(Server("1", Observer(), Health()))
    assert not {code for operation in operations for code in operation.errors} - set(MESSAGES)


def test_every_code_in_the_catalogue_can_be_raised() -> None:
    """A sentence that nobody can ever read is a mistake, or its code is misspelled somewhere."""
    used = {
        node.value
        for source in sources("src")
        if "messages.py" not in source.path and "codes.py" not in source.path
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant)
    }
    assert set(MESSAGES) <= used


def _calls() -> Iterator[tuple[str, str, list[ast.expr]]]:
    for source in sources("src"):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield f"{source.path}:{node.lineno}", node.func.id, node.args


def _raised() -> Iterator[tuple[str, str, str]]:
    """Find where an error of which class is made with which code."""
    for place, name, arguments in _calls():
        if name not in _CLASSES:
            continue
        first = arguments[0] if arguments else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield place, name, first.value
        elif first is None or isinstance(first, ast.Constant):
            yield place, name, _CLASSES[name].code


def _details() -> Iterator[tuple[str, str]]:
    for place, name, arguments in _calls():
        if name not in {"Detail", "invalid_field"} or len(arguments) < 2:
            continue
        if isinstance(arguments[1], ast.Constant):
            yield place, str(arguments[1].value)
