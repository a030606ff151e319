"""How the originals of work orders are named in an archive: what people wrote is data, never a path or a command."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from fettle.domain.evidence import Evidence, Kind, State
from fettle.domain.files import BIDI_CONTROLS, StoredFile, cut_file_name

MAX_ORDERS: Final = 1_000
MAX_ORIGINALS: Final = 10_000
_FOLDER_OF: Final = {Kind.ATTACHMENT: "attachments", Kind.PHOTO: "photos"}
_LATE: Final = "late"
# No file system takes these everywhere, or they would lead elsewhere.
_SPECIAL: Final = re.compile(r'[/\\:*?"<>|]')
_UNSEEN: Final = frozenset({"Cc", "Cs"})
_MAX_LABEL_BYTES: Final = 80
_MAX_NAME_BYTES: Final = 120
ENDING_OF: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "image/avif": ".avif",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "video/mp4": ".mp4",
}


def is_there(entry: Evidence, file: StoredFile | None) -> bool:
    """Whether the bytes are stored and, as far as is known, what they were."""
    return entry.state is State.STORED and file is not None and file.is_whole


def shown_state(entry: Evidence, file: StoredFile | None) -> State:
    """The entry's state; removed for good, or damaged as soon as the file is known to be."""
    if entry.bytes_removed_at is not None:
        return State.REMOVED
    return State.DAMAGED if file is not None and file.damaged_at is not None else entry.state


def path_of(wo_number: int, entry: Evidence, file: StoredFile, *, is_late: bool = False) -> str:
    """`<number>/<attachments|photos|late>/<step or name>-<file name>`, of characters that every system takes."""
    label = _cleaned(entry.step or entry.name, _MAX_LABEL_BYTES) or "file"
    sent = file.original_file_name or f"{file.name}{ENDING_OF.get(file.content_type, '')}"
    folder = _LATE if is_late else _FOLDER_OF[entry.kind]
    return f"{wo_number}/{folder}/{label}-{_cleaned(sent, _MAX_NAME_BYTES) or file.name}"


def distinct(paths: Iterable[str]) -> Iterator[str]:
    """The same paths, those met before with a number: no two are one where upper and lower case are the same."""
    seen: set[str] = set()
    counts: dict[str, int] = {}
    for path in paths:
        free, key = path, path.casefold()
        while free.casefold() in seen:
            counts[key] = counts.get(key, 1) + 1
            free = _numbered(path, counts[key])
        seen.add(free.casefold())
        yield free


def _numbered(path: str, number: int) -> str:
    folder, _, name = path.rpartition("/")
    stem, dot, ending = name.rpartition(".")
    return f"{folder}/{stem} ({number}).{ending}" if stem and dot else f"{folder}/{name} ({number})"


def _cleaned(text: str, most_bytes: int) -> str:
    plain = _SPECIAL.sub("_", unicodedata.normalize("NFC", BIDI_CONTROLS.sub("", text)))
    visible = "".join(c for c in plain if unicodedata.category(c) not in _UNSEEN)
    return cut_file_name(visible.strip(" ."), most_bytes).strip(" .")
