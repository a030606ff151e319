"""Who may do what: complete, sensible, and as the documentation says."""

import re

from fettle.domain.people import SCOPES_OF_ROLE, Role, Scope
from fettle.domain.roles import ROLES_OF_APPROVALS, ROLES_OF_LATE_PHOTOS, ROLES_OF_MOVE
from fettle.domain.work_orders import MOVES
from tests.house.sources import ROOT

_ROW = re.compile(r"^\| (.+) \|$", re.MULTILINE)
_BESIDE = {Scope.ON_BEHALF_OF: "given to keys only", Scope.KEYS: "ADMIN, never a key"}


def _rows(title: str) -> list[list[str]]:
    """The cells of the table below a heading of docs/roles.md, without its head."""
    part = (ROOT / "docs" / "roles.md").read_text().partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [row.split(" | ") for row in _ROW.findall(part)][1:]


def _names(roles: frozenset[Role], order: tuple[Role, ...] = tuple(Role)[::-1]) -> str:
    return ", ".join(role.value for role in order if role in roles)


def test_every_move_of_the_life_cycle_has_its_roles() -> None:
    assert set(ROLES_OF_MOVE) == {(start, to) for start, ends in MOVES.items() for to in ends}


def test_a_viewer_does_nothing_and_an_administrator_everything() -> None:
    for roles in (*ROLES_OF_MOVE.values(), *ROLES_OF_APPROVALS.values()):
        assert Role.VIEWER not in roles
        assert Role.ADMIN in roles


def test_the_documentation_shows_these_tables() -> None:
    moves = [[start.value, to.value, _names(roles)] for (start, to), roles in ROLES_OF_MOVE.items()]
    assert _rows("Moves of a work order") == moves
    late = f"To accept or reject a photo that came after its work order was closed: {_names(ROLES_OF_LATE_PHOTOS)}."
    assert late in (ROOT / "docs" / "roles.md").read_text()
    assert _rows("Approvals") == [[deed.value, _names(roles)] for deed, roles in ROLES_OF_APPROVALS.items()]


def test_the_documentation_shows_the_rights_of_each_role() -> None:
    roles = {scope: frozenset(role for role in Role if scope in SCOPES_OF_ROLE[role]) for scope in Scope}
    assert _rows("Rights of each role") == [
        [f"`{scope}`", _BESIDE.get(scope) or _names(roles[scope])] for scope in Scope
    ]
