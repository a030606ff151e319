"""A setting that nobody can read about does not exist; one that does nothing is a lie."""

import re
from pathlib import Path

from tests.house.sources import PACKAGE, ROOT

_SETTING = re.compile(r"FETTLE_[A-Z0-9_]*[A-Z0-9]")


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    read = set(_SETTING.findall(Path(PACKAGE, "settings.py").read_text()))
    documented = set(_SETTING.findall(Path(ROOT, "docs", "settings.md").read_text()))
    assert read
    assert read == documented
