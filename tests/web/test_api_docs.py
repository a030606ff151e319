"""docs/api.md lists exactly the codes that there are, each with its status."""

import re
from pathlib import Path

from fettle.web.openapi.codes import CODES_BY_STATUS
from tests.house.sources import ROOT

_ROW = re.compile(r"^\| (\d{3}) \| (.*) \|$", re.MULTILINE)
_CODE = re.compile(r"`([A-Z][A-Z_]+)`")


def test_the_table_of_errors_is_the_servers_own() -> None:
    rows = _ROW.findall(Path(ROOT, "docs", "api.md").read_text())
    assert {int(status): tuple(_CODE.findall(text)) for status, text in rows} == dict(CODES_BY_STATUS)
