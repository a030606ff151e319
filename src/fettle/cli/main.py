"""The command `fettle`: reads the arguments and the settings, runs one handler, and turns refusals into one line."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from fettle.cli.arguments import make_parser
from fettle.settings import Settings, read_language, read_settings

if TYPE_CHECKING:
    from fettle.cli.refusals import Refusal

_DONE: Final = 0
_INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    language = read_language(os.environ)
    parsed = make_parser(language).parse_args(arguments)
    try:
        return _run(read_settings(os.environ), parsed)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except Exception as error:
        refusal = _explain(error, language)
        if refusal is None:
            raise
        print(f"fettle: {refusal.said}", file=sys.stderr)
        return refusal.exit_code


def _explain(error: Exception, language: str) -> "Refusal | None":
    from fettle.cli.refusals import explain  # noqa: PLC0415 - loaded when something is refused

    return explain(error, language)


def _run(settings: Settings, parsed: Any) -> int:
    module, _, function = parsed.handler.partition(":")
    handler: Callable[[Settings, Any], int | None] = getattr(import_module(f"fettle.cli.{module}"), function)
    code = handler(settings, parsed) or _DONE
    sys.stdout.flush()
    return code
