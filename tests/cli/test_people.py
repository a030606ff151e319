"""`fettle init`, `fettle user` and `fettle key`."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from fettle.domain.credentials import read_credential
from tests.cli.conftest import Fettle
from tests.serving import FETTLE


def emails(fettle: Fettle, *arguments: str) -> list[str]:
    return [user["email"] for user in fettle.json("user", "list", *arguments)]


def test_init_makes_a_company_that_nobody_else_can_read(fettle: Fettle) -> None:
    made = fettle.json("init", "--company", "Forge Ltd", "--email", "Ada@forge.example")
    assert made.keys() == {"company_id", "user_id", "email", "password"}
    assert len(made["password"]) == 20
    data = fettle.folder / "data"
    assert data.stat().st_mode & 0o077 == 0
    assert (data / "fettle.db").stat().st_mode & 0o077 == 0
    (admin,) = fettle.json("user", "list")
    assert (admin["email"], admin["role"], admin["is_active"]) == ("ada@forge.example", "ADMIN", True)


def test_a_further_company_is_kept_apart(forge: Fettle) -> None:
    forge.json("init", "--company", "Mill Ltd", "--email", "max@mill.example")
    assert emails(forge, "--company", "Mill Ltd") == ["max@mill.example"]
    assert emails(forge, "--company", "Forge Ltd") == ["ada@forge.example"]
    code, said = forge.refused("user", "list")
    assert code == 2
    assert "'Forge Ltd', 'Mill Ltd'" in said


def test_a_password_from_a_file_is_not_shown(forge: Fettle, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("a password of mine\n")
    made = forge.json(
        "user", "add", "--email", "olga@forge.example", "--role", "OPERATOR", "--password-file", "password"
    )
    assert made.keys() == {"user_id", "email", "role"}
    code, said = forge.refused("user", "add", "--email", "x@y.example", "--role", "VIEWER", "--password-file", "none")
    assert code == 1
    assert "none" in said


@pytest.mark.parametrize(
    ("email", "said"),
    [("olga", "email: must be an e-mail address"), ("ada@forge.example", "has an account already")],
)
def test_an_unfit_user_is_refused(forge: Fettle, email: str, said: str) -> None:
    code, line = forge.refused("user", "add", "--email", email, "--role", "OPERATOR")
    assert code == 1
    assert said in line
    assert len(emails(forge)) == 1


def test_a_disabled_user_is_shown_as_such_and_the_last_admin_stays(forge: Fettle) -> None:
    forge.json("user", "add", "--email", "olga@forge.example", "--role", "OPERATOR")
    assert forge.run("user", "disable", "Olga@forge.example").returncode == 0
    active = {user["email"]: user["is_active"] for user in forge.json("user", "list")}
    assert active == {"ada@forge.example": True, "olga@forge.example": False}
    assert forge.refused("user", "disable", "ada@forge.example")[0] == 1
    assert forge.refused("user", "disable", "nobody@forge.example")[0] == 1


def test_a_key_is_made_shown_once_and_revoked(forge: Fettle) -> None:
    made = forge.json("key", "create", "--user", "ada@forge.example", "--scopes", "read, evidence:write")
    assert read_credential(made["api_key"]) is not None
    (listed,) = forge.json("key", "list")
    assert listed["id"] == made["id"]
    assert listed["scopes"] == "evidence:write read"
    assert made["api_key"] not in str(listed)
    assert forge.run("key", "revoke", made["id"]).returncode == 0
    assert forge.json("key", "list")[0]["revoked_at"] is not None


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--user", "ada@forge.example", "--scopes", "read,fly"], 2, "--scopes 'read,fly'"),
        (["--user", "ada@forge.example", "--scopes", ""], 2, "--scopes ''"),
        (["--user", "ada@forge.example", "--scopes", "keys:write"], 1, "keys:write"),
        (["--user", "ada@forge.example", "--scopes", "read", "--expires", "soon"], 2, "--expires 'soon'"),
        (["--user", "ada@forge.example", "--scopes", "read", "--expires", "2001-01-01T00:00:00Z"], 1, "future"),
        (["--user", "nobody@forge.example", "--scopes", "read"], 1, ""),
    ],
)
def test_an_unfit_key_is_refused(forge: Fettle, arguments: list[str], code: int, said: str) -> None:
    found, line = forge.refused("key", "create", *arguments)
    assert found == code
    assert said in line
    assert forge.json("key", "list") == []


def test_a_key_expires_after_days(forge: Fettle) -> None:
    made = forge.json("key", "create", "--user", "ada@forge.example", "--scopes", "all", "--expires", "90d")
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made["expires_at"])
    assert "on_behalf_of" in forge.json("key", "list")[0]["scopes"]


@pytest.mark.parametrize("key_id", ["nonsense", "01a201a7-bc10-76e5-9a25-1bf0afe7cf8b"])
def test_a_key_that_is_not_there_cannot_be_revoked(forge: Fettle, key_id: str) -> None:
    assert forge.refused("key", "revoke", key_id)[0] == 1


def test_a_table_for_people_is_not_cut(forge: Fettle) -> None:
    shown = forge.run("user", "list").stdout
    assert re.search(r"^id +email +first_name", shown)
    assert "ada@forge.example" in shown


def test_a_reader_that_goes_away_is_no_failure(forge: Fettle) -> None:
    forge.run("key", "create", "--user", "ada@forge.example", "--scopes", "all")
    done = subprocess.run(
        ["bash", "-c", "fettle key list --json | true; exit ${PIPESTATUS[0]}"],
        env={"PATH": f"{FETTLE.parent}:{os.defpath}", **forge.settings},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
