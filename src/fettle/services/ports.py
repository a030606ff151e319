"""What the services need from outside. Adapters in `db`, `blobs` and `media` fulfil these; `build.py` joins them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self, TypeVar

from fettle.domain.instants import Instant
from fettle.domain.pictures import Print, PrintSize, Reading, RenditionKind
from fettle.domain.report_shapes import Report
from fettle.services.rows import Transaction

Result = TypeVar("Result")


class Database(Protocol):
    """Rows. A command or query is a plain function of a transaction; it may run twice, so it does nothing outside it.

    All three raise Unavailable when the database does not answer, stays locked or has a full disk; then nothing was
    changed. A FettleError raised by a command undoes that command alone.
    """

    async def write(self, command: Callable[[Transaction], Result], *, work_order_id: str | None = None) -> Result:
        """Run the command and commit it durably, together with others that wait. `work_order_id` is locked first."""
        ...

    async def read(self, query: Callable[[Transaction], Result]) -> Result:
        """Run a query against one snapshot, beside the event loop."""
        ...

    async def peek(self, query: Callable[[Transaction], Result]) -> Result:
        """Run a query of a few indexed rows, at once where that is cheaper than handing it over.

        Its statements may see different commits.
        """
        ...


class BlobStat(NamedTuple):
    """What a store knows of an object: its key, bytes, and when it was written."""

    key: str
    size: int
    modified_at: Instant


class Arrived(Protocol):
    """Bytes that are all there and have no key yet. `head` is the first 4,096 of them. A context manager."""

    @property
    def size(self) -> int: ...
    @property
    def head(self) -> bytes: ...
    @property
    def sha256(self) -> str:
        """Hex SHA-256 of them all."""
        ...

    async def keep(self, key: str) -> None:
        """Make the bytes durable under `key`; once this returns a power cut does not lose them.

        Raises NoSpace or Unavailable; then nothing is left under the key that anybody may trust.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Spool(Arrived, Protocol):
    """Bytes on their way in: counted and hashed while they are written to temporary space.

    Leaving the context drops whatever was not kept.
    """

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Add bytes; raises NoSpace when the temporary space is full, Unavailable when it cannot be written."""
        ...

    async def with_file(self, read: Callable[[Path], Result]) -> Result:
        """Read them beside the event loop as a file, which is there until the context is left; raises as `write`."""
        ...


class Part(NamedTuple):
    """Bytes of an unfinished object that are durable: where they begin, how many, what the store calls them."""

    start: int
    size: int
    name: str


class Growth(Protocol):
    """Bytes being added at the end of an unfinished object. Leaving the context drops what was not settled."""

    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Add bytes; raises NoSpace, Unavailable."""
        ...

    def settled(self) -> AbstractAsyncContextManager[Part]:
        """All that was written since the last time, durable once the context is entered; raises NoSpace, Unavailable.

        Within it the record is told. An error says that it may not know: other bytes may come in place of these.
        """
        ...

    def whole(self, before: Sequence[Part]) -> AbstractAsyncContextManager[Arrived]:
        """The object at its end: the parts that are known, all of them, and what was written behind them.

        Bytes that may be kept under a key of their own; until then not all of them need be durable. Entering it raises
        NoSpace, and Unavailable when a part is gone.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Announced(NamedTuple):
    """An object that a client will write: its bytes, media type and, where it is known, SHA-256 in hex."""

    size: int
    content_type: str
    sha256: str | None


class PutLink(NamedTuple):
    """A signed URL that takes one object by PUT, and the headers that have to come with it."""

    url: str
    headers: Mapping[str, str]


class BlobStore(Protocol):
    """Bytes by key. Keys are ours (`kept/…`) or the company's own part (`incoming/<company id>/…`)."""

    def spool(self) -> Spool:
        """A fresh place for bytes on their way in; use it as an async context manager."""
        ...

    def grow(self, object_id: str, start: int, require_unclaimed: Callable[[], Awaitable[None]]) -> Growth:
        """Go on with an unfinished object behind its first `start` bytes; any beyond them go.

        Before they do, and while nobody else can add to it, `require_unclaimed` is asked: it raises what it wants to.
        Entering raises UploadBusy while another process adds, where that can be told, Unavailable without the first.
        """
        ...

    async def drop_grown(self, object_id: str) -> None:
        """Remove an unfinished object; nothing happens when it is not there."""
        ...

    async def open(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start`, `length` or all; raises BlobNotFound before the first, Unavailable at any time."""
        ...

    async def stat(self, key: str) -> BlobStat | None:
        """What is under the key, or None."""
        ...

    async def look(self, key: str) -> tuple[BlobStat, bytes] | None:
        """The same with the first 4,096 bytes, in one request where the store takes requests."""
        ...

    async def delete(self, key: str) -> None:
        """Remove it; nothing happens when it is not there."""
        ...

    def list(self, prefix: str) -> AsyncIterator[BlobStat]:
        """Every object whose key starts with the prefix, in any order."""
        ...

    async def link(self, key: str, *, expires_in_s: int, file_name: str, content_type: str) -> str | None:
        """A signed URL to read the object with, or None where the server must stream it."""
        ...

    async def put_link(self, key: str, announced: Announced, *, expires_in_s: int) -> PutLink | None:
        """Where a client may write exactly such an object, or None where the server must take it.

        The hash is for the store to check; one that cannot ignores it.
        """
        ...

    def incoming_key(self, company_id: str, object_key: str) -> str | None:
        """Where a client of this company puts the object it names; None where clients cannot write into the store."""
        ...

    async def end_unfinished(self, prefix: str, before: Instant) -> int:
        """Give up what a crash left half written below the prefix, where no list shows it, since before; how many.

        Raises Unavailable.
        """
        ...

    async def check(self) -> None:
        """Raise Unavailable unless the store can be read and written."""
        ...


class BlobNotFound(Exception):
    """No object under that key."""


class TypeReader(Protocol):
    """What is in the bytes."""

    def type_of(self, head: bytes) -> str:
        """The media type by the first 4 KiB, `application/octet-stream` when unknown; never by name or header."""
        ...


class PictureReader(Protocol):
    """Facts and smaller pictures, read where a hostile file can hurt nothing."""

    async def read(
        self,
        content: AsyncIterator[bytes],
        content_type: str,
        kinds: Collection[RenditionKind] = (),
        print_size: PrintSize | None = None,
    ) -> Reading:
        """What the bytes say of themselves, and the pictures of these kinds; whatever they hold, there is an answer.

        With a `print_size` there is a picture for paper, and none of the others.

        Raises NoSpace, Unavailable when they cannot be handed over, and what `content` raises.
        """
        ...


class PrintedReport(Protocol):
    """A report as PDF, whole; it is gone when nobody holds it any more."""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes, from the first."""
        ...


class Printing(Protocol):
    """A report on its way to paper."""

    async def add_picture(self, name: str, picture: Print) -> str:
        """Put a picture beside the report; what is given back names it there. Raises NoSpace, Unavailable."""
        ...

    async def finish(self, report: Report, now: Instant) -> PrintedReport:
        """Set it in type; raises NoSpace, Unavailable. Whoever stops waiting ends the work."""
        ...


class ReportPrinter(Protocol):
    """Sets reports in type, where that can hurt nothing."""

    def begin(self) -> AbstractAsyncContextManager[Printing]:
        """Wait for a place, and have it for the time of one report; raises Unavailable when too many wait."""
        ...


class Clock(Protocol):
    """Time and chance, handed in so that rules stay plain."""

    def now(self) -> Instant:
        """The present instant."""
        ...

    def elapsed_s(self) -> float:
        """Seconds that only grow, whatever happens to the clock on the wall."""
        ...

    def new_id(self) -> str:
        """A fresh UUID (version 7, so that rows made together lie together)."""
        ...

    def new_salt(self) -> str:
        """32 hex digits that nobody can guess."""
        ...

    def new_secret(self) -> str:
        """43 random letters and digits (more than 190 bits)."""
        ...
