"""`fettle attach` and `fettle photos add`: files of this machine to a work order on a server."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from fettle.cli.bars import bars
from fettle.cli.printing import print_json
from fettle.cli.reading import NotUnderstood
from fettle.cli.words import say
from fettle.client.connection import Connection, NotAServer, Refused, Unreachable
from fettle.client.move_in import Job, MoveIn, Outcome, Result, find_files
from fettle.domain.instants import parse_instant
from fettle.settings import Settings

_FAILED: Final = 1
_INTERRUPTED: Final = 130
_BY_FILE: Final = "mtime"


def attach(settings: Settings, arguments: argparse.Namespace) -> int:
    """Attach files; 1 when any of them failed."""
    return _move(settings, arguments, "attachment", {"name": arguments.name or ""})


def add_photos(settings: Settings, arguments: argparse.Namespace) -> int:
    """Add photos; 1 when any of them failed."""
    taken_at = arguments.taken_at or ""
    if taken_at and taken_at != _BY_FILE and parse_instant(taken_at) is None:
        raise NotUnderstood("not a time", text=taken_at)
    return _move(settings, arguments, "photo", {"step": arguments.step or "", "takenAt": taken_at})


def _move(settings: Settings, arguments: argparse.Namespace, kind: str, metadata: dict[str, str]) -> int:
    language = settings.language
    paths, left_out = find_files(arguments.files)
    if not paths:
        raise NotUnderstood("no files")
    try:
        connection = _connect(settings, arguments)
        order_id = connection.send("GET", f"/v1/work-orders/{arguments.work_order}").data()["id"]
        job = Job(order_id, kind, metadata, arguments.again)
        results, is_whole = _run(connection, job, paths, arguments, language)
    except NotAServer as error:
        raise NotUnderstood("not a server", text=str(error)) from None
    except (Refused, Unreachable) as error:
        said = error.message if isinstance(error, Refused) else say(language, "unreachable", reason=str(error))
        print(f"fettle: {said}", file=sys.stderr)
        return _FAILED
    _tell(results, left_out, arguments, language)
    if not is_whole:
        print(say(language, "interrupted"), file=sys.stderr)
        return _INTERRUPTED
    return _FAILED if any(result.outcome is Outcome.FAILED for result in results) else 0


def _connect(settings: Settings, arguments: argparse.Namespace) -> Connection:
    url = arguments.server or settings.server
    if url is None:
        raise NotUnderstood("no server")
    key = arguments.key_file.read_text(encoding="utf-8").strip() if arguments.key_file else settings.key
    if not key:
        raise NotUnderstood("no key")
    return Connection(url, key, settings.language)


def _run(
    connection: Connection, job: Job, paths: Sequence[Path], arguments: argparse.Namespace, language: str
) -> tuple[list[Result], bool]:
    """What became of the files, and whether all of them had their turn."""
    results: list[Result] = []
    with bars(paths) as told:
        move_in = MoveIn(connection, job, arguments.jobs, told, _taken_at if _is_by_file(job) else None)
        try:
            for result in move_in.run(paths):
                results.append(result)
                if not arguments.json:
                    print(_line(result, language), flush=True)
        except KeyboardInterrupt:
            move_in.stop()
            return results, False
    return results, True


def _is_by_file(job: Job) -> bool:
    return job.metadata.get("takenAt") == _BY_FILE


def _taken_at(path: Path) -> dict[str, str]:
    """The time that the file system has, where the person says that it is that of the photo."""
    return {"takenAt": datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="milliseconds")}


def _line(result: Result, language: str) -> str:
    return f"{say(language, result.outcome.value):<13}  {result.path}  {result.reason}".rstrip()


def _tell(results: Sequence[Result], left_out: Sequence[Path], arguments: argparse.Namespace, language: str) -> None:
    counts = Counter(result.outcome for result in results)
    if arguments.json:
        print_json(
            {"counts": counts, "files": [_shown(each) for each in results], "left_out": list(map(str, left_out))}
        )
        return
    for path in left_out:
        print(f"{say(language, 'left out')}  {path}")
    summary = [say(language, "counted", what=say(language, each.value), count=counts[each]) for each in Outcome]
    print(", ".join(summary))


def _shown(result: Result) -> dict[str, Any]:
    return {name: str(value) if name == "path" else value for name, value in result._asdict().items() if value != ""}
