"""Rounds of the same load on servers side by side: A B A B, so that a slow minute hurts both alike."""

import statistics
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from bench.failure import MeasurementFailed
from bench.load import Outcome
from bench.plans import Plan
from bench.servers import HOST, ROOT, Target

RUN_LIMIT_S = 600


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that has no server yet. `warm_up` requests go first and are not counted."""

    kind: str
    requests: int
    connections: int
    status: int
    rounds: int
    warm_up: int
    size_bytes: int = 0
    paths: list[str] = msgspec.field(default_factory=lambda: ["/"])


def run_load(load: Load, target: Target, requests: int | None = None) -> Outcome:
    """One run in a process of its own. Raises MeasurementFailed at the first unexpected answer."""
    plan = Plan(
        kind=load.kind,
        host=HOST,
        port=target.port,
        requests=requests or load.requests,
        connections=load.connections,
        status=load.status,
        token=target.token,
        user_id=target.user_id,
        component_id=target.component_id,
        orders=target.orders,
        size_bytes=load.size_bytes,
        paths=load.paths,
    )
    command = [sys.executable, "-m", "bench.load"]
    try:
        done = subprocess.run(
            command, input=msgspec.json.encode(plan), capture_output=True, timeout=RUN_LIMIT_S, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise MeasurementFailed(f"{target.name}: {load.kind}: no end after {RUN_LIMIT_S} s") from error
    if done.returncode:
        raise MeasurementFailed(f"{target.name}: {done.stderr.decode()[-3000:]}")
    return msgspec.json.decode(done.stdout, type=Outcome)


def alternate(load: Load, targets: Sequence[Target]) -> dict[str, list[Outcome]]:
    """Every round on every server; the outcomes by the server's name."""
    return in_turn([(load, target) for target in targets])


def in_turn(pairs: Sequence[tuple[Load, Target]]) -> dict[str, list[Outcome]]:
    """As `alternate`, where each server has a load of its own; all have as many rounds as the first."""
    for load, target in pairs:
        if load.warm_up:
            run_load(load, target, load.warm_up)
    outcomes: dict[str, list[Outcome]] = {target.name: [] for _, target in pairs}
    for _ in range(pairs[0][0].rounds):
        for load, target in pairs:
            outcomes[target.name].append(run_load(load, target))
    return outcomes


def median(outcomes: Sequence[Outcome], field: str) -> float:
    values: list[float] = [getattr(outcome, field) for outcome in outcomes]
    return statistics.median(values)
