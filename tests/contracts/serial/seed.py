"""The published page, read as a client's author does: its curl command, its example, the schema of its answer."""

import json
import shlex
from pathlib import Path
from typing import Any

_PAGE = Path(__file__).with_name("seed.txt").read_text()
_UUID = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
_WHEN = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "exclusiveMinimum": 0}


def curl_command(base_url: str, reference: str, token: str, user_id: str, text: str = "string") -> list[str]:
    """The page's own command, with host, id, token, user and the texts filled in."""
    command = _PAGE[_PAGE.index("curl --request") : _PAGE.index("{\n")]
    filled = (
        command.replace("https://api.serial.io", base_url)
        .replace("{id}", reference)
        .replace("<token>", token)
        .replace("<string>", text)
        .replace("3c90c3cc-0d44-4b50-8888-8dd25736052a", user_id)
    )
    return shlex.split(filled.replace("\\\n", " "))


def example() -> dict[str, Any]:
    """The answer that the page prints; its keys, in order, are those of every whole work order."""
    return dict(json.JSONDecoder().raw_decode(_PAGE, _PAGE.index("{\n"))[0])


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_APPROVAL = _object(
    {
        "approver_user_id": _UUID,
        "requested_by_user_id": _UUID,
        "requested_at": _WHEN,
        "status": {"enum": ["PENDING", "APPROVED", "REJECTED"]},
        "last_updated_at": _WHEN,
    }
)
_ENTRY = _object(
    {"id": _UUID, "message": _TEXT, "added_at": _WHEN, "added_by_user_id": _UUID, "type": _TEXT, "data": _TEXT}
)
_ATTACHMENT = _object(
    {
        "dataset_id": _UUID,
        "value": _TEXT,
        "file_name": _UUID,
        "added_at": _WHEN,
        "added_by_user_id": _UUID,
        "is_deleted": {"type": "boolean"},
    }
)
WORK_ORDER = _object(
    {
        "id": _UUID,
        "wo_number": _COUNT,
        "name": _TEXT,
        "description": _or_null(_TEXT),
        "component_id": _UUID,
        "part_number_id": _or_null(_UUID),
        "created_at": _WHEN,
        "created_by_user_id": _UUID,
        "status": {"enum": ["DRAFT", "REVIEW", "PRODUCTION", "COMPLETE", "CANCELED", "ARCHIVED"]},
        "phase": _TEXT,
        "quantity": _COUNT,
        "approvals": {
            "type": "object",
            "propertyNames": _UUID,
            "additionalProperties": _APPROVAL,
        },
        "assignee_user_id": _or_null(_UUID),
        "deadline": _or_null(_WHEN),
        "activity_log": {"type": "array", "items": _ENTRY, "minItems": 1},
        "last_edited_at": _or_null(_WHEN),
        "attachments": {"type": "array", "items": _ATTACHMENT},
    }
)
ERROR = {
    "type": "object",
    "properties": {
        "code": {"type": "string", "pattern": "^[A-Z][A-Z_]*$"},
        "message": {"type": "string", "minLength": 1},
        "status": {"type": "integer"},
        "traceId": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "origin": {"type": "object", "additionalProperties": _TEXT},
        "details": {"type": "array", "minItems": 1, "items": _object({"field": _TEXT, "message": _TEXT})},
    },
    "required": ["code", "message", "status", "traceId"],
    "additionalProperties": False,
}
