"""The command `fettle`, as a person runs it: a process of its own with settings of its own."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.serving import FETTLE


@dataclass(frozen=True)
class Fettle:
    """Runs commands on one data folder, from an empty environment."""

    folder: Path
    settings: Mapping[str, str]

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": os.defpath, **self.settings, **settings}
        return subprocess.run(
            [FETTLE, *arguments],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )

    def json(self, *arguments: str, **settings: str) -> Any:
        """What a command prints with --json."""
        done = self.run(*arguments, "--json", **settings)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """The exit code and what was said, which is one line and no traceback."""
        done = self.run(*arguments, **settings)
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stderr
        return done.returncode, done.stderr.strip()


def in_folder(folder: Path) -> Fettle:
    return Fettle(folder, {"FETTLE_DATA": str(folder / "data"), "FETTLE_PORT": "0"})


@pytest.fixture
def fettle(tmp_path: Path) -> Fettle:
    return in_folder(tmp_path)


@pytest.fixture(scope="session")
def forge_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forge")
    in_folder(folder).json("init", "--company", "Forge Ltd", "--email", "ada@forge.example")
    return folder


@pytest.fixture
def forge(forge_folder: Path, tmp_path: Path) -> Fettle:
    """With the company Forge Ltd and its administrator."""
    shutil.copytree(forge_folder, tmp_path, dirs_exist_ok=True)
    return in_folder(tmp_path)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    in_folder(folder).json("demo")
    return folder


@pytest.fixture
def with_demo(demo_folder: Path, tmp_path: Path) -> Fettle:
    """With the demo company."""
    shutil.copytree(demo_folder, tmp_path, dirs_exist_ok=True)
    return in_folder(tmp_path)
