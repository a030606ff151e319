"""The published page's own command, run by the real curl, has to succeed."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.contracts.pictures import png
from tests.contracts.serial.client import Json, SerialClient, require_whole
from tests.contracts.serial.seed import curl_command
from tests.serving import Demo, FettleServer


def _run(command: list[str], *more: str) -> Json:
    done = subprocess.run(
        [*command, *more, "--silent", "--show-error", "--fail-with-body"], capture_output=True, check=False
    )
    assert done.returncode == 0, (done.stdout, done.stderr)
    return require_whole(json.loads(done.stdout))


def test_as_printed_it_records_an_entry_whose_bytes_are_awaited(
    server: FettleServer, demo: Demo, client: SerialClient, order: Json
) -> None:
    command = curl_command(server.base_url, order["id"], demo.api_key, demo.user_id)
    (attachment,) = _run(command)["attachments"]
    assert attachment["value"] == "string"
    assert attachment["added_by_user_id"] == demo.user_id
    assert attachment["is_deleted"] is False
    client.refused(404, "NOT_STORED", "GET", f"/files/{attachment['file_name']}")


def test_its_texts_are_taken_to_the_letter(server: FettleServer, demo: Demo, order: Json) -> None:
    """To `--form` a text that begins with < is the name of a file to read; `--form-string` sends it as it is."""
    command = curl_command(server.base_url, order["id"], demo.api_key, demo.user_id, "<string>")
    literal = ["--form-string" if argument == "--form" else argument for argument in command]
    (attachment,) = _run(literal)["attachments"]
    assert attachment["value"] == "<string>"


def test_the_number_maps_to_the_same_work_order(server: FettleServer, demo: Demo, order: Json) -> None:
    command = curl_command(server.base_url, str(order["wo_number"]), demo.api_key, demo.user_id)
    assert _run(command)["id"] == order["id"]


@pytest.mark.parametrize("more", [(), ("--header", "Transfer-Encoding: chunked"), ("--header", "Expect: 100-continue")])
def test_with_the_binary_attached_it_is_stored(
    server: FettleServer, demo: Demo, client: SerialClient, order: Json, tmp_path: Path, more: tuple[str, ...]
) -> None:
    picture = tmp_path / "shaft.png"
    picture.write_bytes(png())
    command = curl_command(server.base_url, order["id"], demo.api_key, demo.user_id)
    (attachment,) = _run(command, "--form", f"attachment=@{picture}", *more)["attachments"]
    assert client.send("GET", f"/files/{attachment['file_name']}").content == png()


def test_the_bytes_may_come_later_by_the_same_command(
    server: FettleServer, demo: Demo, client: SerialClient, order: Json, tmp_path: Path
) -> None:
    picture = tmp_path / "shaft.png"
    picture.write_bytes(png())
    command = curl_command(server.base_url, order["id"], demo.api_key, demo.user_id)
    (awaited,) = _run(command)["attachments"]
    (stored,) = _run(command, "--form", f"attachment=@{picture}")["attachments"]
    assert stored == awaited
    assert client.send("GET", f"/files/{awaited['file_name']}").content == png()
