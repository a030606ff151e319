"""Requests made up from the served OpenAPI document, right and wrong: no 5xx, and only answers that are declared."""

import json
import os
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.world import World, noun_of

_SCHEMATHESIS = Path(sysconfig.get_path("scripts"), "schemathesis")
_HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
_CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
)
# With tus a wrong version of the protocol is a failed precondition.
_CONFIGURATION = """
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 423, 429, 460, "5xx"]
"""
_QUICK_S, _LONG_S = 35, 1200
_UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.timeout(_LONG_S * 2)
def test_answers_are_as_declared(world: World, long_run: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a fixture
    document = httpx.get(f"{world.server.base_url}/openapi.json").json()
    (tmp_path / "openapi.json").write_text(json.dumps(_with_ids_that_exist(document, world.ids)))
    (tmp_path / "schemathesis.toml").write_text(_CONFIGURATION)
    command, environment = _command(world, long_run=long_run), {**os.environ, "SCHEMATHESIS_HOOKS": str(_HOOKS)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert '"code":"INTERNAL"' not in world.server.log
    assert httpx.get(f"{world.server.base_url}/readyz").is_success


def _command(world: World, *, long_run: bool) -> list[str]:
    return [
        *(str(_SCHEMATHESIS), "run", "openapi.json", "--url", world.server.base_url),
        *("--header", f"Authorization: Bearer {world.token('ADMIN')}"),
        *("--exclude-path", "/v1/sessions/current"),  # it would end the very session that is in use
        *("--checks", ",".join(_CHECKS)),
        *("--phases", "examples,coverage,fuzzing", "--continue-on-failure", "--warnings", "off", "--no-color"),
        *("--max-time", str(_LONG_S if long_run else _QUICK_S)),
        *([] if long_run else ["--generation-deterministic"]),
    ]


def _with_ids_that_exist(document: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """The same document, but what a request names is there, and the answer not always 404."""
    for parameter in [*document["components"]["parameters"].values(), *_path_parameters(document)]:
        if parameter["in"] == "path":
            known = ids[noun_of(parameter["name"])]
            parameter["schema"] = {"enum": [known, "1" if parameter["name"] == "id" else known.upper(), _UNKNOWN]}
    for name in _sent_schemas(document):
        properties = document["components"]["schemas"][name].get("properties", {})
        for field in properties:
            if noun_of(field) in ids:
                properties[field] = {"enum": [ids[noun_of(field)], _UNKNOWN]}
    return document


def _path_parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for operation in item.values():
            yield from (parameter for parameter in operation["parameters"] if "$ref" not in parameter)


def _sent_schemas(document: dict[str, Any]) -> set[str]:
    """The schemas of request bodies."""
    bodies = json.dumps([each.get("requestBody") for item in document["paths"].values() for each in item.values()])
    return {name for name in document["components"]["schemas"] if f'"#/components/schemas/{name}"' in bodies}
