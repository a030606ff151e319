"""What a person is told: help, versions, and what is wrong, in one line."""

from pathlib import Path

import pytest

import fettle as package
from fettle.cli.arguments import make_parser
from tests.cli.conftest import Fettle

COMMANDS = [
    ["serve"],
    ["init"],
    ["demo"],
    ["user"],
    ["user", "add"],
    ["user", "list"],
    ["user", "disable"],
    ["key"],
    ["key", "create"],
    ["key", "list"],
    ["key", "revoke"],
    ["migrate"],
    ["check"],
    ["sweep"],
    ["report"],
    ["export"],
    ["verify"],
    ["attach"],
    ["photos"],
    ["photos", "add"],
]


def test_the_version_is_that_of_the_package(fettle: Fettle) -> None:
    assert fettle.run("--version").stdout == f"fettle {package.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        make_parser("en").parse_args([*command, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    if command not in (["user"], ["key"], ["photos"]):
        assert f"fettle {' '.join(command)}" in shown.partition("examples:")[2]
        assert "exit codes:" in shown


@pytest.mark.parametrize(
    "arguments",
    [[], ["frobnicate"], ["serve", "--port", "70000"], ["init"], ["user", "add", "--email", "a@b", "--role", "KING"]],
)
def test_wrong_usage_is_exit_code_2(fettle: Fettle, arguments: list[str]) -> None:
    code, said = fettle.refused(*arguments)
    assert code == 2
    assert "usage: fettle" in said


def test_a_wrong_setting_is_exit_code_2(fettle: Fettle) -> None:
    assert fettle.refused("serve", FETTLE_PROT="1") == (
        2,
        "fettle: FETTLE_PROT is not a setting of Fettle; docs/settings.md lists them all.",
    )
    assert fettle.refused("migrate", FETTLE_PORT="x", FETTLE_LANGUAGE="fr") == (
        2,
        "fettle: FETTLE_PORT=x : valeur refusée ; il faut un port de 0 (un port libre quelconque) à 65535.",
    )


def test_a_wrong_language_is_refused_in_english(fettle: Fettle) -> None:
    assert fettle.refused("migrate", FETTLE_LANGUAGE="de") == (2, "fettle: FETTLE_LANGUAGE=de: en or fr is accepted.")


def test_a_store_that_cannot_be_understood_is_exit_code_2(forge: Fettle) -> None:
    code, said = forge.refused("check", FETTLE_BLOBS_URL="s3://bucket?endpoint=ftp://somewhere")
    assert code == 2
    assert "ftp://somewhere" in said


def test_a_database_that_is_not_there_is_named(fettle: Fettle) -> None:
    code, said = fettle.refused("user", "list", FETTLE_DATABASE_URL="postgresql://fettle:hunter2@127.0.0.1:9/x")
    assert code == 1
    assert "hunter2" not in said
    code, said = fettle.refused("migrate", FETTLE_DATABASE_URL="postgresql://fettle:hunter2@127.0.0.1:9/x")
    assert code == 1
    assert "hunter2" not in said


def test_a_data_folder_that_cannot_be_made_is_named(fettle: Fettle, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = fettle.refused("migrate", FETTLE_DATA=str(tmp_path / "file" / "data"))
    assert code == 1
    assert str(tmp_path / "file") in said


def test_refusals_speak_french_where_that_is_set(forge: Fettle) -> None:
    arguments = ("init", "--company", "Forge Ltd", "--email", "max@mill.example")
    assert forge.refused(*arguments)[1] == "fettle: A company of this name exists already."
    assert forge.refused(*arguments, FETTLE_LANGUAGE="fr")[1] == "fettle: Une entreprise de ce nom existe déjà."
