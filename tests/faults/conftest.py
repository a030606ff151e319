"""What fault tests share: a seed that replays a run, a ready data folder, and what is not there on every machine."""

import os
import random
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.faults.disks import Disks
from tests.faults.machine import Machine, MakeMachine


@pytest.fixture
def seed() -> str:
    """What chance hangs on; FAULT_SEED replays one that a failed run printed."""
    chosen = os.environ.get("FAULT_SEED") or secrets.token_hex(4)
    print(f"replay with FAULT_SEED={chosen}")
    return chosen


@pytest.fixture
def chance(seed: str) -> random.Random:
    return random.Random(seed)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo company, to be copied."""
    return Machine(tmp_path_factory.mktemp("template")).data


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[Disks]:
    """File systems of the test's own; servers on them are stopped before they go."""
    made = Disks(tmp_path)
    yield made
    made.unmount()


@pytest.fixture
def make_machine(tmp_path_factory: pytest.TempPathFactory, template: Path, disks: Disks) -> Iterator[MakeMachine]:
    """Makes servers, not started yet, that are stopped after the test; those on SQLite and disk from the template."""
    assert disks
    made: list[Machine] = []

    def make(settings: Mapping[str, str] | None = None, *, fresh: bool = False) -> Machine:
        machine = Machine(tmp_path_factory.mktemp("machine"), settings, None if fresh else template)
        made.append(machine)
        return machine

    yield make
    for machine in made:
        machine.stop()
