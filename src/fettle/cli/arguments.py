"""What can be typed after `fettle`. Each command names its handler; only that of the command in use is loaded."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from fettle import __version__
from fettle.cli.argparse_words import speak
from fettle.cli.words import say

Say: TypeAlias = Callable[..., str]


class _Commands:
    """A level of commands; `handler` of what was parsed is "module:function" within this package."""

    def __init__(self, parser: argparse.ArgumentParser, say: Say, above: str = "") -> None:
        self.say = say
        self._above = above
        self._below = parser.add_subparsers(metavar=say("COMMAND"), required=True)

    def group(self, name: str) -> "_Commands":
        return _Commands(self._add(name), self.say, f"{name} ")

    def add(self, name: str, handler: str, *examples: str) -> "_Command":
        return _Command(self._add(name, **_epilog(self.say, *examples)), self.say, handler)

    def _add(self, name: str, **more: Any) -> argparse.ArgumentParser:
        says = self.say(self._above + name)
        return self._below.add_parser(name, help=says, description=_sentence(says), **more)


class _Command:
    """One command; what an option is for is said by the word of its name."""

    def __init__(self, parser: argparse.ArgumentParser, say: Say, handler: str) -> None:
        parser.set_defaults(handler=handler)
        self._parser = parser
        self.say = say

    def flag(self, name: str) -> None:
        self._parser.add_argument(name, action="store_true", help=self.say(name))

    def option(self, name: str, value: str, *, word: str | None = None, **more: Any) -> None:
        """Takes a value, which the help calls `value`."""
        self._parser.add_argument(name, metavar=self.say(value), help=self.say(word or name), **more)

    def choice(self, name: str, *choices: str) -> None:
        self._parser.add_argument(name, required=True, choices=choices, help=self.say(name))

    def place(self, name: str, value: str, **more: Any) -> None:
        """Needs no option before it."""
        self._parser.add_argument(name, metavar=self.say(value), **more)


def make_parser(language: str) -> argparse.ArgumentParser:
    """All commands with their help; `language` is "en" or "fr"."""
    speak(language)
    words: Say = partial(say, language)
    parser = argparse.ArgumentParser(
        prog="fettle",
        description=words("fettle"),
        **_epilog(words, "serve --demo", "init --company 'Forge Ltd' --email ada@forge.example"),
    )
    parser.add_argument("--version", action="version", version=f"fettle {__version__}", help=words("--version"))
    commands = _Commands(parser, words)
    _add_server(commands)
    _add_users(commands.group("user"))
    _add_keys(commands.group("key"))
    _add_upkeep(commands)
    _add_report(commands)
    _add_export(commands)
    _add_verify(commands)
    _add_moving(commands)
    return parser


def _add_server(commands: _Commands) -> None:
    serve = commands.add("serve", "serve:serve", "serve", "serve --demo --port 8080")
    serve.flag("--demo")
    serve.option("--host", "HOST")
    serve.option("--port", "PORT", type=partial(_port, commands.say))
    init = commands.add(
        "init",
        "people:init",
        "init --company 'Forge Ltd' --email ada@forge.example",
        "init --company 'Mill Ltd' --email max@mill.example --password-file secret.txt --json",
    )
    init.option("--company", "COMPANY", word="--company of init", required=True)
    _add_person(init)
    commands.add("demo", "demo:demo", "demo --json").flag("--json")


def _add_users(users: _Commands) -> None:
    add = users.add(
        "add",
        "people:add_user",
        "user add --email olga@forge.example --role OPERATOR",
        "user add --email robot@forge.example --role PLANNER --no-password --company 'Forge Ltd'",
    )
    add.choice("--role", "ADMIN", "PLANNER", "OPERATOR", "VIEWER")
    add.flag("--no-password")
    add.option("--company", "COMPANY")
    _add_person(add)
    listing = users.add("list", "people:list_users", "user list", "user list --json")
    listing.option("--company", "COMPANY")
    listing.flag("--json")
    users.add("disable", "people:disable_user", "user disable olga@forge.example").place("email", "EMAIL")


def _add_keys(keys: _Commands) -> None:
    create = keys.add(
        "create",
        "keys:create_key",
        "key create --user robot@forge.example --name scanner --scopes read,evidence:write",
        "key create --user robot@forge.example --name erp --scopes all --expires 2027-01-01T00:00:00Z --json",
    )
    create.option("--user", "EMAIL", required=True)
    create.option("--name", "NAME", default="")
    create.option("--scopes", "SCOPES", required=True)
    create.option("--expires", "WHEN")
    create.flag("--json")
    listing = keys.add("list", "keys:list_keys", "key list --json")
    listing.option("--company", "COMPANY")
    listing.flag("--json")
    keys.add("revoke", "keys:revoke_key", "key revoke 01a201a7-bc10-76e5-9a25-1bf0afe7cf8b").place("id", "ID")


def _add_upkeep(commands: _Commands) -> None:
    commands.add("migrate", "upkeep:migrate_tables", "migrate")
    check = commands.add("check", "upkeep:check", "check", "check --rate 50", "check --log --checkpoint kept.txt")
    check.option("--rate", "MIB_PER_S", type=partial(_whole, commands.say))
    check.flag("--log")
    check.option("--checkpoint", "FILE", type=Path)
    check.option("--key", "PUBLIC_KEY", word="--key of check", action="append", default=[])
    check.option("--company", "COMPANY", word="--company of check")
    check.flag("--json")
    without_server = f"sweep --grace-s 0   {commands.say('without a server')}"
    sweep = commands.add("sweep", "upkeep:sweep", "sweep", without_server)
    sweep.option("--grace-s", "SECONDS", type=partial(_seconds, commands.say))


def _add_report(commands: _Commands) -> None:
    report = commands.add(
        "report", "reports:report", "report 1001", "report 1001 --language fr --time-zone Europe/Paris --output 1.pdf"
    )
    report.place("work_order", "WO")
    report.option("--output", "FILE", type=Path)
    report.option("--language", "LANGUAGE", choices=("en", "fr"))
    report.option("--time-zone", "ZONE")
    report.option("--company", "COMPANY")


def _add_export(commands: _Commands) -> None:
    export = commands.add(
        "export",
        "exports:export",
        "export 1001 1002 --output packs",
        "export --filter 'status=COMPLETE&q=pump' --one evidence.zip --language fr",
    )
    export.place("work_orders", "WO", nargs="*")
    export.option("--filter", "CONDITIONS")
    export.option("--output", "FOLDER", word="--output of export", type=Path)
    export.option("--one", "FILE", type=Path)
    export.option("--since", "SIZE", type=partial(_size, commands.say))
    export.option("--language", "LANGUAGE", choices=("en", "fr"))
    export.option("--time-zone", "ZONE")
    export.option("--company", "COMPANY")
    export.flag("--json")


def _add_verify(commands: _Commands) -> None:
    verify = commands.add(
        "verify", "packs:verify_packs", "verify evidence.zip", "verify evidence.zip --checkpoint kept.txt --key log.key"
    )
    verify.place("packs", "PACKS", nargs="+", type=Path)
    verify.option("--checkpoint", "FILE", type=Path)
    verify.option("--key", "PUBLIC_KEY")
    verify.flag("--json")


def _add_moving(commands: _Commands) -> None:
    attach = commands.add(
        "attach", "moving:attach", "attach 1001 drawings/ manual.pdf", "attach 1001 plan.png --name Plan"
    )
    attach.option("--name", "NAME", word="--name of attach")
    photos = commands.group("photos")
    add = photos.add("add", "moving:add_photos", "photos add 1001 DCIM/ --step before", "photos add 1001 a.jpg --json")
    add.option("--step", "STEP")
    add.option("--taken-at", "WHEN")
    for command in (attach, add):
        command.place("work_order", "WO")
        command.place("files", "FILES", nargs="+", type=Path)
        command.option("--server", "URL")
        command.option("--key-file", "FILE", type=Path)
        command.option("--jobs", "NUMBER", type=partial(_whole, commands.say), default=4)
        command.flag("--again")
        command.flag("--json")


def _add_person(command: _Command) -> None:
    command.option("--email", "EMAIL", required=True)
    command.option("--first-name", "FIRST_NAME", default="")
    command.option("--last-name", "LAST_NAME", default="")
    command.option("--password-file", "FILE")
    command.flag("--json")


def _port(say: Say, text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:  # noqa: PLR2004 - the last port
        raise argparse.ArgumentTypeError(say("not a port"))
    return int(text)


def _whole(say: Say, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(say("not a rate", text=text))
    return int(text)


def _size(say: Say, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(say("not a size", text=text))
    return int(text)


def _seconds(say: Say, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(say("not seconds", text=text)) from None


def _sentence(says: str) -> str:
    return says[0].upper() + says[1:] + "."


def _epilog(say: Say, *examples: str) -> dict[str, Any]:
    """What stands below the options, kept in its lines."""
    shown = [say("examples"), *(f"  fettle {example}" for example in examples)]
    text = "\n".join([*shown, "", say("exit codes"), say("settings")])
    return {"epilog": text, "formatter_class": argparse.RawDescriptionHelpFormatter}
