"""`fettle verify`: whether evidence packs hold. No settings, no data, no server are asked."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from fettle.cli.printing import print_json
from fettle.cli.progress import shown
from fettle.cli.reading import NotUnderstood
from fettle.cli.words import say
from fettle.domain.checkpoints import NotANote, Note, answered, read_note, read_verifier_key
from fettle.domain.verdict import Steps, Verdict
from fettle.domain.verification import Problem
from fettle.domain.verification_messages import explain, place_to
from fettle.settings import Settings
from fettle.verifier.packs import Trusted, verify


class Found(Protocol):
    """What verifying a pack and checking a log have in common."""

    problems: list[Problem]

    @property
    def holds(self) -> bool:
        """Whether nothing was found to be wrong."""
        ...


_DOES_NOT_HOLD: Final = 1
_UNREADABLE: Final = 2


def verify_packs(settings: Settings, arguments: argparse.Namespace) -> int:
    """Verify each pack; 1 when one does not hold, 2 when one cannot be read."""
    key = read_key(arguments.key) if arguments.key else None
    trusted = Trusted(key, read_checkpoint(arguments.checkpoint) if arguments.checkpoint else None)
    code, answers = 0, list[dict[str, Any]]()
    for path in arguments.packs:
        try:
            verdict = _verify(path, trusted, settings.language)
        except OSError as error:
            print(f"fettle: {path}: {error.strerror or error}", file=sys.stderr)
            code = _UNREADABLE
            continue
        code = max(code, 0 if verdict.holds else _DOES_NOT_HOLD)
        answers.append({"pack": str(path), **as_json(verdict)})
        if not arguments.json:
            print("\n".join(_lines(path, verdict, settings.language)))
    if arguments.json:
        print_json(answers)
    return code


def read_checkpoint(path: Path) -> Note:
    """The checkpoint in the file, as a note or as `GET /v1/log/checkpoint` answers; raises NotUnderstood."""
    try:
        return read_note(answered(path.read_text(encoding="utf-8"), "note"))
    except (NotANote, OSError, UnicodeDecodeError):
        raise NotUnderstood("not a checkpoint", path=path) from None


def read_key(text: str) -> tuple[str, bytes]:
    """A public key as C2SP signed-note writes it, or that in a file, as `read_checkpoint`; raises NotUnderstood."""
    try:
        kept = Path(text).read_text(encoding="utf-8") if Path(text).is_file() else text
        return read_verifier_key(answered(kept, "verifierKey"))
    except (NotANote, OSError, UnicodeDecodeError):
        raise NotUnderstood("not a log key", text=text) from None


def as_json(found: Found) -> dict[str, Any]:
    """All that was found out, for programs."""
    problems = [problem._asdict() for problem in found.problems]
    return {"holds": found.holds, **msgspec.to_builtins(found), "problems": problems}


def problem_lines(problems: list[Problem], count: int, language: str) -> Iterator[str]:
    """The first thing that does not hold, and how many more there are."""
    for problem in problems[:1]:
        place = place_to(problem.where, language)
        yield "  " + say(language, "does not hold", where=place, finding=explain(problem.finding, language))
    if count > 1:
        yield "  " + say(language, "and more", count=count - 1)


def _verify(path: Path, trusted: Trusted, language: str) -> Verdict:
    steps = Steps()
    with shown(steps, language):
        return verify(path, trusted, steps)


def _lines(path: Path, verdict: Verdict, language: str) -> Iterator[str]:
    if verdict.holds:
        yield say(language, "pack holds", path=path)
        yield from ("  " + line for line in _what_holds(verdict, language))
    else:
        yield say(language, "pack does not hold", path=path)
        yield from problem_lines(verdict.problems, verdict.problem_count, language)


def _what_holds(verdict: Verdict, language: str) -> Iterator[str]:
    facts = msgspec.to_builtins(verdict)
    yield say(language, "pack of", **facts)
    yield say(language, "orders in", **facts)
    if verdict.erased:
        yield say(language, "erased in", **facts)
    yield say(language, "files in", **facts, mb=verdict.bytes / 1e6)
    if verdict.without_bytes:
        yield say(language, "bytes not in", count=verdict.without_bytes)
    if verdict.signatures:
        yield say(language, "signatures in", **facts)
    if verdict.by_passkey:
        yield say(language, "passkeys in", **facts)
    yield say(language, "checkpoint of", size=verdict.checkpoint_size, root=verdict.checkpoint_root)
    if verdict.stamped_sizes:
        yield say(language, "time stamps of", sizes=", ".join(map(str, verdict.stamped_sizes)))
    yield say(language, "signed by own" if verdict.is_own_key else "signed by given", **facts)
    if verdict.kept_size is None:
        yield say(language, "no checkpoint kept")
        return
    yield say(language, "nothing dropped", size=verdict.kept_size)
    if verdict.newer:
        yield say(language, "newer than kept", count=verdict.newer)
