"""`fettle report`: the PDF of a work order, beside a server or without one."""

import json

from tests.cli.conftest import Fettle
from tests.services.papers import Paper


def test_it_writes_the_pdf_and_says_where(with_demo: Fettle) -> None:
    done = with_demo.run("report", "4")
    assert (done.returncode, done.stdout) == (0, "written: work-order-4.pdf\n"), done.stderr
    paper = Paper((with_demo.folder / "work-order-4.pdf").read_bytes())
    assert paper.says("Yearly service of press 4")
    assert paper.says("Olga Operator approved the content with the fingerprint")
    assert paper.says("Status changed from PRODUCTION to COMPLETE")


def test_language_zone_output_and_id(with_demo: Fettle) -> None:
    made = json.loads((with_demo.folder / "data" / "demo.json").read_text())
    arguments = ("--language", "fr", "--time-zone", "Europe/Paris", "--output", "one.pdf")
    done = with_demo.run("report", made["work_order_id"], *arguments, FETTLE_LANGUAGE="fr")
    assert (done.returncode, done.stdout) == (0, "écrit : one.pdf\n"), done.stderr
    paper = Paper((with_demo.folder / "one.pdf").read_bytes())
    assert paper.says("Ordre de travail 1")
    assert paper.says("Europe/Paris")
    assert not list(with_demo.folder.glob(".*.new"))


def test_the_public_address_becomes_a_qr_code(with_demo: Fettle) -> None:
    assert with_demo.run("report", "1", FETTLE_PUBLIC_URL="https://fettle.example/base").returncode == 0
    paper = Paper((with_demo.folder / "work-order-1.pdf").read_bytes())
    assert paper.says("https://fettle.example/base/orders/1")


def test_what_there_is_not_is_told_in_one_line(with_demo: Fettle) -> None:
    assert with_demo.refused("report", "999") == (1, "fettle: Work order not found.")
    assert with_demo.refused("report", "abc")[0] == 2
    assert with_demo.refused("report", "1", "--time-zone", "Nowhere/Land")[0] == 2
    code, said = with_demo.refused("report", "1", "--output", "no/such/folder.pdf")
    assert code == 1
    assert len(said.splitlines()) == 1
    assert not list(with_demo.folder.glob("*.pdf"))
