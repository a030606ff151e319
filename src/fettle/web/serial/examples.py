"""The examples of the documentation; those of an attachment and of a work order are the published page's own."""

from typing import Any, Final

_ID: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
_WHEN: Final = "2023-11-07T05:31:56Z"

ATTACHMENT: Final[dict[str, Any]] = {
    "type": "IMAGE",
    "name": "<string>",
    "added_by_user_id": _ID,
    "value": "<string>",
    "file_name": "<string>",
}
WORK_ORDER: Final[dict[str, Any]] = {
    "id": "<string>",
    "wo_number": 1,
    "name": "<string>",
    "description": "<string>",
    "component_id": "<string>",
    "part_number_id": _ID,
    "created_at": _WHEN,
    "created_by_user_id": _ID,
    "status": "DRAFT",
    "phase": "<string>",
    "quantity": 123,
    "approvals": {
        "[approver_user_id]": {
            "approver_user_id": _ID,
            "requested_by_user_id": _ID,
            "requested_at": _WHEN,
            "status": "<any>",
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
            "data": "<string>",
        }
    ],
    "last_edited_at": _WHEN,
    "attachments": [
        {
            "dataset_id": _ID,
            "value": "<string>",
            "file_name": _ID,
            "added_at": _WHEN,
            "added_by_user_id": "<string>",
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
