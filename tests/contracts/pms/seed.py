"""The published page, read as a client's author reads it: its two calls, its body, and the schemas of its answers."""

import json
import shlex
from pathlib import Path
from typing import Any, Final

_PAGE: Final = Path(__file__).with_name("seed.txt").read_text()
_ID: Final = "2489E9AD-2EE2-8E00-8EC9-32D5F69181C0"
_HOST: Final = "https://example.com/v1"
BODY: Final[dict[str, Any]] = json.JSONDecoder().raw_decode(_PAGE, _PAGE.index('{ "minioObjectKey"'))[0]
LABEL_OF: Final = {400: "Corps invalide", 401: "Non authentifié", 404: "WO introuvable"}

SUCCESS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["data"],
    "additionalProperties": False,
    "properties": {
        "data": {
            "type": "object",
            "required": ["workOrderId", "status"],
            "additionalProperties": False,
            "properties": {
                "workOrderId": {"type": "string", "format": "uuid"},
                "status": {"type": "string"},
            },
        }
    },
}
ERROR: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["code", "message", "status", "traceId"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "origin": {
            "type": "object",
            "properties": {"boundedContext": {"type": "string"}, "module": {"type": "string"}},
        },
        "status": {"type": "integer"},
        "traceId": {"type": "string"},
    },
}


def curl_command(base_url: str, work_order_id: str, api_key: str) -> list[str]:
    """The page's own command, with host, id and key filled in; its line ends were lost when the page was kept."""
    command = _between("curl --request", "Authorizations")
    return shlex.split(_filled(command, base_url, work_order_id, api_key).replace(" \\ ", " "))


def fetch_script(base_url: str, work_order_id: str, api_key: str) -> str:
    """The page's own call of fetch, with the same filled in."""
    return _filled(_between("const url", "curl --request"), base_url, work_order_id, api_key)


def _between(start: str, end: str) -> str:
    begin = _PAGE.index(start)
    return _PAGE[begin : _PAGE.index(end, begin)]


def _filled(text: str, base_url: str, work_order_id: str, api_key: str) -> str:
    return text.replace(_HOST, f"{base_url}/v1").replace(_ID, work_order_id).replace("<X-API-Key>", api_key)
