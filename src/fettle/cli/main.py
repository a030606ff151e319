"""The command `fettle`: reads the arguments and the settings, runs one handler, and turns refusals into one line."""

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final

from fettle.cli.arguments import make_parser
from fettle.settings import Settings, read_settings

_DONE: Final = 0
_INTERRUPTED: Final = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    parsed = make_parser().parse_args(arguments)
    settings = Settings()
    try:
        settings = read_settings(os.environ)
        handler: Callable[[Settings, Any], int | None] = _find(parsed.handler)
        return handler(settings, parsed) or _DONE
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _DONE
    except Exception as error:
        return _refuse(error, settings.language)


def _refuse(error: Exception, language: str) -> int:
    from fettle.cli.refusals import explain  # noqa: PLC0415 - loaded when something is refused

    refusal = explain(error, language)
    if refusal is None:
        raise error
    print(f"fettle: {refusal.said}", file=sys.stderr)
    return refusal.exit_code


def _find(handler: str) -> Any:
    module, _, function = handler.partition(":")
    return getattr(import_module(f"fettle.cli.{module}"), function)

