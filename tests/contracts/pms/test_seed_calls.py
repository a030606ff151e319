"""The published page's own calls, run by the real curl and by Node's fetch, have to succeed."""

import json
import shutil
import subprocess

import jsonschema
import pytest

from tests.contracts.pms import seed
from tests.contracts.pms.client import Json, PmsClient
from tests.serving import Demo, FettleServer


def _curl(command: list[str], *more: str) -> Json:
    done = subprocess.run([*command, *more, "--silent", "--show-error"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    body: Json = json.loads(done.stdout)
    return body


def _require_photo(client: PmsClient, order: Json) -> None:
    (photo,), _ = client.page(f"/v1/work-orders/{order['id']}/photos")
    shown = {key: photo[key] for key in seed.BODY}
    assert shown == seed.BODY
    assert photo["state"] == "referenced"


def test_curl_as_printed_registers_the_photo(server: FettleServer, demo: Demo, client: PmsClient, order: Json) -> None:
    answer = _curl(seed.curl_command(server.base_url, order["id"].upper(), demo.api_key))
    jsonschema.validate(answer, seed.SUCCESS)
    assert answer == {"data": {"workOrderId": order["id"], "status": "DRAFT"}}
    _require_photo(client, order)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_fetch_as_printed_registers_the_photo(server: FettleServer, demo: Demo, client: PmsClient, order: Json) -> None:
    script = seed.fetch_script(server.base_url, order["id"], demo.api_key)
    done = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"workOrderId: '{order['id']}'" in done.stdout
    assert "status: 'DRAFT'" in done.stdout
    _require_photo(client, order)


def test_the_number_names_the_same_order(server: FettleServer, demo: Demo, client: PmsClient, order: Json) -> None:
    answer = _curl(seed.curl_command(server.base_url, str(order["woNumber"]), demo.api_key))
    assert answer["data"]["workOrderId"] == order["id"]
    _require_photo(client, order)


def test_the_refusals_of_the_page_begin_with_its_labels(server: FettleServer, demo: Demo, order: Json) -> None:
    command = seed.curl_command(server.base_url, order["id"], demo.api_key)
    not_json = [*command[: command.index("--data")], "--data", '{"minioObjectKey": 7}']
    stranger = seed.curl_command(server.base_url, order["id"], "wrong")
    nowhere = seed.curl_command(server.base_url, "2489E9AD-2EE2-8E00-8EC9-32D5F69181C0", demo.api_key)
    for status, refused in ((400, not_json), (401, stranger), (404, nowhere)):
        answer = _curl(refused, "--header", "Accept-Language: fr-FR, fr;q=0.9, en;q=0.8")
        jsonschema.validate(answer, seed.ERROR)
        assert answer["status"] == status
        assert answer["message"].startswith(seed.LABEL_OF[status])


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.pms+json"]
)
def test_json_by_any_of_its_names(client: PmsClient, order: Json, content_type: str) -> None:
    path = f"/v1/work-orders/{order['id']}/photos/"
    answer = client.send("POST", path, content=json.dumps(seed.BODY), headers={"Content-Type": content_type})
    assert answer.status_code == 201, answer.text


def test_a_bearer_token_works_as_well(server: FettleServer, demo: Demo, order: Json) -> None:
    with PmsClient(server.base_url, {"Authorization": f"bearer {demo.api_key}"}) as bearer:
        bearer.add_photo(order["id"])
