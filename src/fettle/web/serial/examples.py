"""The examples of the documentation; those of an attachment and of a work order are the published page's own.

Where that page has a placeholder that no answer could have, such as "<string>" for a UUID, a value stands in its place.
"""

from typing import Any, Final

_ID: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
_WHEN: Final = "2023-11-07T05:31:56.000Z"

ATTACHMENT: Final[dict[str, Any]] = {
    "type": "IMAGE",
    "name": "<string>",
    "added_by_user_id": _ID,
    "value": "<string>",
    "file_name": "<string>",
}
WORK_ORDER: Final[dict[str, Any]] = {
    "id": _ID,
    "wo_number": 1,
    "name": "<string>",
    "description": "<string>",
    "component_id": _ID,
    "part_number_id": _ID,
    "created_at": _WHEN,
    "created_by_user_id": _ID,
    "status": "DRAFT",
    "phase": "<string>",
    "quantity": 123,
    "approvals": {
        _ID: {
            "approver_user_id": _ID,
            "requested_by_user_id": _ID,
            "requested_at": _WHEN,
            "status": "PENDING",
            "last_updated_at": _WHEN,
        }
    },
    "assignee_user_id": _ID,
    "deadline": _WHEN,
    "activity_log": [
        {
            "id": _ID,
            "message": "<string>",
            "added_at": _WHEN,
            "added_by_user_id": _ID,
            "type": "CREATED",
            "data": "{}",
        }
    ],
    "last_edited_at": _WHEN,
    "attachments": [
        {
            "dataset_id": _ID,
            "value": "<string>",
            "file_name": _ID,
            "added_at": _WHEN,
            "added_by_user_id": _ID,
            "is_deleted": True,
        }
    ],
}
NEW_WORK_ORDER: Final = {
    "name": "Replace the pump's bearings",
    "component_id": _ID,
    "quantity": 1,
    "created_by_user_id": _ID,
    "description": "Both sides, and the seal.",
    "deadline": "2026-12-24T12:00:00Z",
}
