"""What can be typed after `fettle`. Each command names its handler; only that of the command in use is loaded."""

import argparse
from typing import Final

from fettle import __version__

_EXITS: Final = """\
exit codes: 0 done, 1 refused or something found, 2 wrong usage or settings
settings come from FETTLE_* variables, see docs/settings.md"""


class _Commands:
    """A level of commands; `handler` of what was parsed is "module:function" within this package."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._below = parser.add_subparsers(metavar="COMMAND", required=True)

    def group(self, name: str, says: str) -> "_Commands":
        return _Commands(self._below.add_parser(name, help=says, description=_sentence(says)))

    def add(self, name: str, handler: str, says: str, *examples: str) -> argparse.ArgumentParser:
        command = self._below.add_parser(
            name,
            help=says,
            description=_sentence(says),
            epilog=_epilog(*examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(handler=handler)
        return command


def make_parser() -> argparse.ArgumentParser:
    """All commands with their help."""
    parser = argparse.ArgumentParser(
        prog="fettle",
        description="Work orders, and the proof that the work was done.",
        epilog=_epilog("serve --demo", "init --company 'Forge Ltd' --email ada@forge.example"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"fettle {__version__}")
    commands = _Commands(parser)
    _add_server(commands)
    _add_users(commands.group("user", "the users of a company"))
    _add_keys(commands.group("key", "API keys, whose secret is shown once"))
    _add_upkeep(commands)
    return parser


def _add_server(commands: _Commands) -> None:
    serve = commands.add("serve", "serve:serve", "run the server", "serve", "serve --demo --port 8080")
    serve.add_argument("--demo", action="store_true", help="make the demo company first, and print how to try it")
    serve.add_argument("--host", help="the address to listen on (FETTLE_HOST)")
    serve.add_argument("--port", type=_port, help="the port to listen on, 0 for any free one (FETTLE_PORT)")
    init = commands.add(
        "init",
        "people:init",
        "make the tables, and a company with its first administrator",
        "init --company 'Forge Ltd' --email ada@forge.example",
        "init --company 'Mill Ltd' --email max@mill.example --password-file secret.txt --json",
    )
    init.add_argument("--company", required=True, help="the company's name; another name makes a further company")
    _add_person(init)
    demo = commands.add("demo", "demo:demo", "make the demo company once, and print its ids and key", "demo --json")
    _add_json(demo)


def _add_users(users: _Commands) -> None:
    add = users.add(
        "add",
        "people:add_user",
        "add a user",
        "user add --email olga@forge.example --role OPERATOR",
        "user add --email robot@forge.example --role PLANNER --no-password --company 'Forge Ltd'",
    )
    add.add_argument("--role", required=True, choices=("ADMIN", "PLANNER", "OPERATOR", "VIEWER"))
    add.add_argument("--no-password", action="store_true", help="for a service: nobody can sign in, keys can be made")
    _add_company(add)
    _add_person(add)
    listing = users.add("list", "people:list_users", "list the users", "user list", "user list --json")
    _add_company(listing)
    _add_json(listing)
    disable = users.add(
        "disable", "people:disable_user", "end all that a user can do, at once", "user disable olga@forge.example"
    )
    disable.add_argument("email")


def _add_keys(keys: _Commands) -> None:
    create = keys.add(
        "create",
        "keys:create_key",
        "make an API key for a user",
        "key create --user robot@forge.example --name scanner --scopes read,evidence:write",
        "key create --user robot@forge.example --name erp --scopes all --expires 2027-01-01T00:00:00Z --json",
    )
    create.add_argument("--user", required=True, metavar="EMAIL", help="whose key it is")
    create.add_argument("--name", default="", help="what it is for")
    create.add_argument("--scopes", required=True, help="rights, separated by commas, or all")
    create.add_argument("--expires", metavar="WHEN", help="a date-time such as 2027-01-01T00:00:00Z, or days as 90d")
    _add_json(create)
    listing = keys.add("list", "keys:list_keys", "list the keys, without their secrets", "key list --json")
    _add_company(listing)
    _add_json(listing)
    revoke = keys.add(
        "revoke", "keys:revoke_key", "end a key, at once", "key revoke 01a201a7-bc10-76e5-9a25-1bf0afe7cf8b"
    )
    revoke.add_argument("id")


def _add_upkeep(commands: _Commands) -> None:
    commands.add("migrate", "upkeep:migrate_tables", "make the tables, or bring them up to date", "migrate")
    check = commands.add(
        "check",
        "upkeep:check",
        "compare every stored byte with its row; nothing is deleted",
        "check",
        "check --json",
    )
    _add_json(check)
    sweep = commands.add(
        "sweep", "upkeep:sweep", "remove bytes that nothing names", "sweep", "sweep --grace-s 0   (no server may run)"
    )
    sweep.add_argument("--grace-s", type=int, help="how old they must be, in seconds (FETTLE_ORPHAN_GRACE_S)")


def _add_person(command: argparse.ArgumentParser) -> None:
    command.add_argument("--email", required=True)
    command.add_argument("--first-name", default="", help="by default what stands before the @ of the e-mail address")
    command.add_argument("--last-name", default="", help="by default the same")
    command.add_argument("--password-file", metavar="FILE", help="holds the password; without it one is made and shown")
    _add_json(command)


def _add_company(command: argparse.ArgumentParser) -> None:
    command.add_argument("--company", help="its name or id; needed when there are several")


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:  # noqa: PLR2004 - the last port
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _sentence(says: str) -> str:
    return says[0].upper() + says[1:] + "."


def _epilog(*examples: str) -> str:
    return "\n".join(["examples:", *(f"  fettle {example}" for example in examples), "", _EXITS])
