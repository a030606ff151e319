"""Measurements of several processes become one; what a dead one was doing is forgotten, what it has done is not."""

import os
import subprocess
import sys
from pathlib import Path

from fettle.web.shared_metrics import shared_registry, sharing_metrics

_WORK = """
from fettle.web.observe import Observer
observer = Observer()
observer.in_progress.inc()
observer.grouped(3, 2)
"""
_RENDER = """
import sys
from fettle.web.observe import Observer
observer = Observer()
observer.grouped(4, 0)
sys.stdout.buffer.write(observer.render())
"""


def test_the_dead_are_forgotten_but_not_what_they_did() -> None:
    with sharing_metrics(2):
        for _ in range(2):
            _run(_WORK)
        lines = _run(_RENDER).splitlines()
    assert "fettle_write_group_commands_sum 10.0" in lines
    assert "fettle_writes_waiting 0.0" in lines
    assert "fettle_requests_in_progress 1.0" not in lines


def test_one_process_shares_nothing() -> None:
    with sharing_metrics(1):
        assert shared_registry() is None
        assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


def test_the_folder_goes_with_the_server() -> None:
    with sharing_metrics(2):
        folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
        assert folder.is_dir()
    assert not folder.exists()


def _run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
