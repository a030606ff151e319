"""Forms in, as a stream: texts are collected, files go to temporary space while they arrive (RFC 7578).

Contract A, "What real clients send", is the list of what is taken and what is refused.
"""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from multipart import (  # type: ignore[import-untyped]  # ships no types
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from fettle.domain.errors import Detail, Invalid, TooLarge, invalid_field
from fettle.domain.files import clean_file_name
from fettle.domain.limits import MAX_JSON_BYTES, MAX_TEXT_VALUE_BYTES
from fettle.services.ports import BlobStore, Spool
from fettle.web.part_headers import (
    boundary_of,
    charset_of,
    malformed,
    part_name,
    require_plain,
    sent_file_name,
)

_MAX_PARTS: Final = 24
_MAX_PART_HEADERS: Final = 16
# A text of the longest length with room for the JSON around it.
_MAX_FIELD_BYTES: Final = MAX_TEXT_VALUE_BYTES + (256 << 10)
# Before the first part and after the last there may be bytes that nobody reads. Looking through these costs a few
# milliseconds; with the 8 MiB that are drained after a refusal, who sends 10 MB of them still gets to read the answer.
_MAX_UNREAD_BYTES: Final = 2 << 20


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a form. `file_name` is cleaned, None when nothing was left of it; `content_type` only a claim."""

    file_name: str | None
    content_type: str | None
    spool: Spool


@dataclass(frozen=True, slots=True)
class Form:
    """A form that has arrived whole. Leaving its context drops every file that was not kept."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, UploadedFile] = field(default_factory=dict)
    spools: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over the sorted parts: names, values, file names and the SHA-256 of the bytes."""
        parts: dict[str, tuple[str | None, ...]] = {name: (text,) for name, text in self.fields.items()}
        parts |= {name: (file.file_name, file.spool.sha256) for name, file in self.files.items()}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.spools.__aexit__(kind, error, trace)


async def read_form(
    content_type: str,
    chunks: AsyncIterator[bytes],
    store: BlobStore,
    *,
    fields: frozenset[str],
    files: frozenset[str],
    max_file_bytes: int,
) -> Form:
    """Read a form whose text parts are among `fields` and whose file parts are among `files`.

    A part's name alone decides which it is. An empty file input (no name, no bytes) counts as none. The chunks are
    not read on after a refusal. Raises Unsupported, MULTIPART_BOUNDARY_MISSING, MULTIPART_INVALID, INVALID_BODY
    naming the field, TooLarge, and what spooling and the chunks raise.
    """
    parser = PushMultipartParser(
        boundary_of(content_type),
        max_header_count=_MAX_PART_HEADERS,
        max_segment_count=_MAX_PARTS,
        header_charset="latin-1",
    )
    async with AsyncExitStack() as spools:
        parts = _Parts(Form(spools=spools), store, fields, files, max_file_bytes)
        await _parse(parser, chunks, parts)
        return Form(parts.form.fields, parts.form.files, spools.pop_all())


async def _parse(parser: PushMultipartParser, chunks: AsyncIterator[bytes], parts: "_Parts") -> None:
    unread_bytes = 0
    try:
        async for chunk in chunks:
            unread_bytes += len(chunk)
            for event in parser.parse(chunk) if chunk else ():
                unread_bytes = 0
                await parts.take(event)
            if unread_bytes > _MAX_UNREAD_BYTES:
                raise malformed("body", "preamble or epilogue")
        parser.close()
    except MultipartError as error:
        raise _refusal(parser, error) from error


def _refusal(parser: PushMultipartParser, error: MultipartError) -> Invalid:
    is_truncated = str(error).startswith("Unexpected end")
    if is_truncated and parser.error is error:
        return Invalid("MULTIPART_INVALID", Detail("body", "truncated"))
    return malformed("body", str(error.args[0]))


class _Parts:
    """Takes the parser's events and fills the form."""

    def __init__(
        self,
        form: Form,
        store: BlobStore,
        fields: frozenset[str],
        files: frozenset[str],
        max_file_bytes: int,
    ) -> None:
        self.form = form
        self._store = store
        self._fields = fields
        self._files = files
        self._max_file_bytes = max_file_bytes
        self._seen: set[str] = set()
        self._text_bytes = 0
        self._part: _Text | _File | None = None

    async def take(self, event: MultipartSegment | bytes | None) -> None:
        if isinstance(event, MultipartSegment):
            self._part = self._begin(event)
        elif self._part is None:
            raise malformed("body", "bytes outside a part")
        elif event is None:
            self._part.end(self.form)
        else:
            await self._part.add(event)

    def count_text(self, name: str, size: int, added: int) -> None:
        self._text_bytes += added
        if size > _MAX_FIELD_BYTES:
            raise invalid_field(name, "too_long", max=MAX_TEXT_VALUE_BYTES)
        if self._text_bytes > MAX_JSON_BYTES:
            raise TooLarge(max_bytes=MAX_JSON_BYTES)

    async def new_spool(self) -> Spool:
        return await self.form.spools.enter_async_context(self._store.spool())

    def _begin(self, segment: MultipartSegment) -> "_Text | _File":
        name = part_name(segment)
        if name not in self._fields | self._files:
            raise invalid_field(name, "unknown_field")
        if name in self._seen:
            raise invalid_field(name, "twice")
        self._seen.add(name)
        require_plain(segment, name)
        if name in self._files:
            return _File(self, segment, name, self._max_file_bytes)
        return _Text(self, segment, name)


class _Text:
    def __init__(self, parts: _Parts, segment: MultipartSegment, name: str) -> None:
        self._parts = parts
        self._name = name
        self._charset = charset_of(segment, name)
        self._content = bytearray()

    async def add(self, chunk: bytes) -> None:
        self._content += chunk
        self._parts.count_text(self._name, len(self._content), len(chunk))

    def end(self, form: Form) -> None:
        try:
            text = self._content.decode(self._charset)
        except UnicodeDecodeError:
            raise invalid_field(self._name, "encoding") from None
        if "\0" in text:
            raise invalid_field(self._name, "nul")
        form.fields[self._name] = text


class _File:
    def __init__(self, parts: _Parts, segment: MultipartSegment, name: str, max_bytes: int) -> None:
        self._parts = parts
        self._name = name
        self._max_bytes = max_bytes
        self._content_type = segment.content_type
        self._sent_name = sent_file_name(segment)
        self._spool: Spool | None = None

    async def add(self, chunk: bytes) -> None:
        if self._spool is None:
            self._spool = await self._parts.new_spool()
        if self._spool.size + len(chunk) > self._max_bytes:
            raise TooLarge(max_bytes=self._max_bytes)
        await self._spool.write(chunk)

    def end(self, form: Form) -> None:
        if self._spool is not None:
            file_name = clean_file_name(self._sent_name) if self._sent_name else None
            form.files[self._name] = UploadedFile(file_name, self._content_type, self._spool)
        elif self._sent_name:
            raise invalid_field(self._name, "empty_file")
