"""No exception from a rule without its reason, on the line or in the comment above."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import ROOT, Source, sources

_DIRECTIVE = re.compile(
    r"#\s*(noqa|ruff: noqa|type: ignore|mypy:|fmt: (off|skip)|pragma:)"
    r"(:?\s*[A-Z]+[0-9]+\b,?|\[[\w, -]*\])*"
)
_CONFIGURED = re.compile(r'^\s*("[A-Z]+[0-9]+"|"ignore:|ignore_missing_imports|ignore_errors|disable_error_code)')


def test_every_exception_in_the_code_has_its_reason() -> None:
    bare = {
        f"{source.path}:{line}": comment
        for source in sources("src", "tests", "bench")
        for line, comment in _bare_directives(source)
    }
    assert not bare


def test_every_configured_exception_has_its_reason() -> None:
    lines = Path(ROOT, "pyproject.toml").read_text().splitlines()
    exceptions = [line for line in lines if _CONFIGURED.match(line)]
    assert exceptions
    assert not [line for line in exceptions if not _is_reason(line.partition("#")[2])]


@pytest.mark.parametrize(
    ("comment", "has_reason"),
    [
        ("# noqa: S108", False),
        ("# noqa: S108, E501", False),
        ("# type: ignore[arg-type, misc]", False),
        ("# noqa: S108 - the program's own choice", True),
        ("# type: ignore[import-untyped]  # ships no types", True),
        ("# the driver's own spelling  # noqa: N802", True),
    ],
)
def test_a_reason_is_told_from_a_rule(comment: str, has_reason: bool) -> None:  # noqa: FBT001 - a table's cell
    assert _is_reason(_DIRECTIVE.sub("", comment)) is has_reason


def _bare_directives(source: Source) -> Iterator[tuple[int, str]]:
    above = ""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        excused = _is_reason(_DIRECTIVE.sub("", token.string)) or _is_reason(above)
        if token.type == tokenize.COMMENT and _DIRECTIVE.search(token.string) and not excused:
            yield token.start[0], token.string
        if token.type in {tokenize.COMMENT, tokenize.NEWLINE}:
            above = token.string if token.line.lstrip().startswith("#") else ""


def _is_reason(text: str) -> bool:
    return re.search(r"[a-z]{2}", text) is not None
