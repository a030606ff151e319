"""The load generator, a process of its own: a plan as JSON on stdin, what was measured as JSON on stdout.

It speaks just enough HTTP/1.1 to keep connections alive and to know where an answer ends, so that it
is never what is measured. Any answer but the expected status ends the run with exit code 1.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from typing import cast

import msgspec
import uvloop

from bench.plans import Plan, Request, requests_of

CHUNK_BYTES = 256 * 1024
Waiter = asyncio.Future[None]


class Outcome(msgspec.Struct, frozen=True):
    """What one run measured. Latencies run from the first byte sent to the last byte received."""

    count: int
    seconds: float
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    bytes_per_second: float
    last_answer: str


class UnexpectedAnswer(Exception):
    """The server answered with another status than the plan expects, or hung up."""


class Answers:
    """What all the connections of one run have seen so far."""

    def __init__(self, requests: Iterator[Request], status: bytes) -> None:
        self.requests = requests
        self.status = status
        self.latencies_s: list[float] = []
        self.bytes = 0
        self.last = b""

    def add(self, answer: bytes, seconds: float) -> None:
        if answer[9:12] != self.status:
            raise UnexpectedAnswer(f"expected {self.status!r}, got {answer[:2000]!r}")
        self.latencies_s.append(seconds)
        self.bytes += len(answer)
        self.last = answer


class Connection(asyncio.Protocol):
    """One keep-alive connection: a request, its answer, the next request, until there are none left."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.finished: Waiter = asyncio.get_running_loop().create_future()
        self.received = b""
        self.unsent: Iterator[memoryview] = iter(())
        self.is_paused = False
        self.started = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def send_next(self) -> None:
        request = next(self.answers.requests, None)
        if request is None:
            return self.finish()
        self.started = time.perf_counter()
        self.answers.bytes += sum(map(len, request))
        if len(request) == 1:
            return self.transport.write(request[0])
        self.unsent = slices(request)
        return self.resume_writing()

    def pause_writing(self) -> None:
        self.is_paused = True

    def resume_writing(self) -> None:
        self.is_paused = False
        for piece in self.unsent:
            self.transport.write(piece)
            if self.is_paused:
                return

    def data_received(self, data: bytes) -> None:
        self.received = self.received + data if self.received else data
        if is_whole(self.received):
            answer, self.received = self.received, b""
            self.take(answer, time.perf_counter() - self.started)

    def take(self, answer: bytes, seconds: float) -> None:
        try:
            self.answers.add(answer, seconds)
        except UnexpectedAnswer as error:
            self.finish(error)
        else:
            self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        self.finish(UnexpectedAnswer(f"the server closed the connection ({exc}); received {self.received!r}"))

    def finish(self, error: Exception | None = None) -> None:
        if self.finished.done():
            return
        if error is None:
            self.finished.set_result(None)
        else:
            self.finished.set_exception(error)
        self.transport.close()


def slices(request: Request) -> Iterator[memoryview]:
    for buffer in request:
        view = memoryview(buffer)
        for start in range(0, len(view), CHUNK_BYTES):
            yield view[start : start + CHUNK_BYTES]


def is_whole(received: bytes) -> bool:
    """Whether an answer has come to its end; the two ways HTTP/1.1 servers mark it, nothing else."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = received[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        return b"\r\ntransfer-encoding: chunked" not in head or received.endswith(b"\r\n0\r\n\r\n")
    length = int(head[at + 17 :].split(b"\r\n", 1)[0])
    return len(received) >= end + 4 + length


async def run(plan: Plan) -> Outcome:
    requests = list(requests_of(plan))
    answers = Answers(iter(requests), str(plan.status).encode())
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: Connection(answers), plan.host, plan.port))[1]
        for _ in range(min(plan.connections, len(requests)))
    ]
    started = time.perf_counter()
    for connection in connections:
        connection.send_next()
    await asyncio.gather(*(connection.finished for connection in connections))
    return summary(answers, time.perf_counter() - started)


def summary(answers: Answers, seconds: float) -> Outcome:
    times = sorted(answers.latencies_s)
    ranks = [times[min(len(times) - 1, len(times) * percent // 100)] * 1000 for percent in (50, 95, 99)]
    return Outcome(
        count=len(times),
        seconds=seconds,
        per_second=len(times) / seconds,
        p50_ms=ranks[0],
        p95_ms=ranks[1],
        p99_ms=ranks[2],
        bytes_per_second=answers.bytes / seconds,
        last_answer=answers.last[:4096].decode("latin-1"),
    )


def main() -> int:
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    try:
        outcome = uvloop.run(run(plan))
    except (UnexpectedAnswer, OSError) as error:
        print(f"load: {plan.kind}: {error}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
