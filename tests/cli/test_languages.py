"""The command line speaks English or French, whole: help, refusals and results. JSON is the same in both."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from fettle.cli.argparse_words import FRENCH
from fettle.cli.arguments import make_parser
from fettle.cli.trial import how_to_try
from fettle.cli.words import NAMES, WORDS
from fettle.domain.sentences import Sentence
from fettle.services.demo import DemoCompany
from tests.cli.conftest import Fettle
from tests.cli.test_usage import COMMANDS

BLANK = re.compile(r"\{[^}]*\}|%\(\w+\)[sr]|%[sr]")
IN_FRENCH = {"FETTLE_LANGUAGE": "fr"}
OURS = [*WORDS.values(), *(Sentence(en, fr) for en, fr in FRENCH.items())]
# The same in both languages.
SHARED = {"PORT", "id", "options"}


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """So that no text is broken over lines; afterwards argparse speaks English again."""
    monkeypatch.setenv("COLUMNS", "500")
    yield
    make_parser("en")


def english_in(shown: str) -> set[str]:
    """The pieces of our English texts that are found in what was shown."""
    pieces = {piece.strip() for said in OURS for piece in BLANK.split(said.en) if piece.strip() not in said.fr}
    return {piece for piece in pieces if re.search(rf"(?<![\w-]){re.escape(piece)}(?![\w-])", shown, re.IGNORECASE)}


def shown_by(language: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is shown to somebody who asks for help, or mistypes."""
    with pytest.raises(SystemExit):
        make_parser(language).parse_args(arguments)
    return "".join(capsys.readouterr())


@pytest.mark.parametrize("said", [*OURS, *NAMES.values()], ids=lambda said: said.en)
def test_every_text_has_both_languages_with_the_same_blanks(said: Sentence) -> None:
    assert sorted(BLANK.findall(said.fr)) == sorted(BLANK.findall(said.en))
    assert said.en.strip()
    assert said.fr.strip()
    assert said.en != said.fr or said.en in SHARED


@pytest.mark.parametrize("command", [[], *COMMANDS], ids=" ".join)
def test_help_is_whole_in_french(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    french = shown_by("fr", capsys, *command, "--help")
    english = shown_by("en", capsys, *command, "--help")
    assert french.startswith("utilisation : fettle")
    assert english_in(english)
    assert not english_in(french)
    alike = {line for line in french.splitlines() if line in english.splitlines()}
    assert not {line for line in alike if line and not line.startswith(("  fettle ", "  --role {"))}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("frobnicate", "fettle: erreur : argument COMMANDE : choix invalide : 'frobnicate'"),
        ("", "il manque ces arguments obligatoires : COMMANDE"),
        ("init", "il manque ces arguments obligatoires : --company, --email"),
        ("demo --frobnicate", "arguments inconnus : --frobnicate"),
        ("demo --json=1", "argument --json : aucune valeur n'est attendue, mais '1' a été donné"),
        ("serve --port", "argument --port : une valeur est attendue"),
        ("serve --port 70000", "argument --port : un port est un nombre de 0 à 65535"),
        ("serve --h", "option ambiguë : --h peut désigner --help, --host"),
        ("sweep --grace-s soon", "argument --grace-s : un nombre entier de secondes est attendu, pas 'soon'"),
        ("user add --email a@b.example --role KING", "argument --role : choix invalide : 'KING' (choix possibles : "),
    ],
)
def test_wrong_usage_is_told_in_french(arguments: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    shown = shown_by("fr", capsys, *arguments.split())
    assert said in shown
    assert not english_in(shown)


def test_results_are_told_in_french(forge: Fettle) -> None:
    added = forge.run("user", "add", "--email", "olga@forge.example", "--role", "VIEWER", **IN_FRENCH)
    assert re.search(r"^mot de passe +\S{20}$", added.stdout, re.MULTILINE)
    key = forge.json("key", "create", "--user", "olga@forge.example", "--scopes", "read")
    disabled = forge.run("user", "disable", "olga@forge.example", **IN_FRENCH)
    assert disabled.stdout == "olga@forge.example est désactivé.\n"
    revoked = forge.run("key", "revoke", key["id"], **IN_FRENCH)
    assert revoked.stdout == f"La clé {key['id']} est révoquée.\n"
    head, *rows = forge.run("user", "list", **IN_FRENCH).stdout.splitlines()
    assert re.split(" {2,}", head.strip()) == ["id", "e-mail", "prénom", "nom", "rôle", "actif", "création"]
    assert [row.split()[5] for row in rows] == ["oui", "non"]
    head, _ = forge.run("key", "list", **IN_FRENCH).stdout.splitlines()
    assert re.split(" {2,}", head.strip())[3:] == ["droits", "création", "expiration", "dernier usage", "révocation"]


def test_upkeep_is_told_in_french(with_demo: Fettle) -> None:
    assert with_demo.run("migrate", **IN_FRENCH).stdout == "Les tables sont à jour.\n"
    assert with_demo.run("sweep", **IN_FRENCH).stdout == "Objets supprimés, que rien ne désignait : 0.\n"
    kept = with_demo.folder / "data" / "files" / "kept"
    next(file for file in sorted(kept.rglob("*/*")) if file.is_file()).unlink()
    line, read, counts = with_demo.run("check", **IN_FRENCH).stdout.splitlines()
    assert " fichiers, " in read
    assert line.startswith("manquant  ")
    assert counts == "manquant : 1, abîmé : 0, réparé : 0, orphelin : 0"


def test_refusals_are_told_in_french(forge: Fettle) -> None:
    create = ("key", "create", "--user", "ada@forge.example")
    for arguments, said in (
        (("user", "list", "--company", "Mill"), "--company 'Mill' : les entreprises sont 'Forge Ltd'"),
        ((*create, "--scopes", "fly"), "--scopes 'fly' : droits attendus parmi "),
        ((*create, "--scopes", "read", "--expires", "soon"), "--expires 'soon' : une date-heure comme "),
        (("user", "add", "--email", "olga", "--role", "VIEWER"), "email : doit être une adresse e-mail"),
    ):
        assert said in forge.refused(*arguments, **IN_FRENCH)[1]
    absent = {"FETTLE_DATA": str(forge.folder / "absent"), **IN_FRENCH}
    assert forge.refused("user", "list", **absent)[1].endswith("; lancez `fettle migrate`.")
    elsewhere = {"FETTLE_BLOBS_URL": "s3://bucket?endpoint=ftp://somewhere", **IN_FRENCH}
    assert "un endpoint S3 est en https" in forge.refused("check", **elsewhere)[1]


def test_the_demo_is_told_in_french_and_json_in_neither(with_demo: Fettle) -> None:
    told = with_demo.json("demo", **IN_FRENCH)
    assert told == with_demo.json("demo")
    shown = with_demo.run("demo", **IN_FRENCH).stdout
    assert [line.split("  ")[0] for line in shown.splitlines()] == [NAMES[name].fr for name in told]
    demo = DemoCompany(**told)
    assert not english_in(how_to_try(demo, "http://127.0.0.1:1", Path("sample.jpg"), "fr").partition("curl")[0])
