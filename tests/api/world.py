"""A company with one of everything, a second company beside it, and requests that would have an effect on the first."""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import httpx

from fettle.web.operations import Operation
from tests.serving import FettleServer

_OWN_PART = {
    "jobs",
    "file_facts",
    "renditions",
    "pack_jobs",
    "pack_orders",
    "logs",
    "log_nodes",
    "checkpoints",
    "alembic_version",
}  # the worker's
_VOLATILE = {"last_used_at", "leaf_index"}
_PASSWORD = "correct horse battery"
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@dataclass(frozen=True)
class Request:
    """What is sent, without a credential."""

    method: str
    path: str
    content: Mapping[str, Any]


class World:
    """The companies of a running server, reached as a client reaches them, and read as no client can."""

    def __init__(self, server: FettleServer) -> None:
        self.server = server
        self.demo: dict[str, Any] = server.command("demo")
        self._http = httpx.Client(base_url=server.base_url)
        self._senders = 0
        self._tokens: dict[str, str] = {}
        self.admin = self.token("ADMIN")
        self.ids = self._make_one_of_everything()
        arguments = ("init", "--company", "Other", "--email", "other@other.example")
        other = server.command(*arguments)
        self._foreign_credentials = other["email"], other["password"]
        self._tokens["foreign"] = self._sign_in(*self._foreign_credentials)

    def close(self) -> None:
        self._http.close()

    def send(self, request: Request, headers: Mapping[str, str]) -> httpx.Response:
        """Each request comes from an address of its own, so that failures do not add up to a 429."""
        self._senders += 1
        address = f"10.0.{self._senders // 250}.{self._senders % 250 + 1}"
        content = dict(request.content)
        sent = {"X-Forwarded-For": address, **content.pop("headers", {}), **headers}
        return self._http.request(request.method, request.path, headers=sent, **content)

    def get(self, path: str, token: str) -> Any:
        return self._http.get(path, headers={"Authorization": f"Bearer {token}"})

    def token(self, role: str) -> str:
        """A user token of that role that counts now: an operation may have ended the last one."""
        known = self._tokens.get(role)
        if known is None or self.get("/v1/me", known).status_code == httpx.codes.UNAUTHORIZED:
            known = self._tokens[role] = self._sign_in(*self._credentials(role))
        return known

    @property
    def foreign_admin(self) -> str:
        """A token of the other company's administrator."""
        return self.token("foreign")

    def key(self, scopes: list[str], expires_at: str | None = None) -> tuple[str, str]:
        """Make a key of the demo's administrator; its id and its secret."""
        body: dict[str, Any] = {"name": "matrix", "scopes": scopes}
        made = self.make("/v1/api-keys", body | ({"expiresAt": expires_at} if expires_at else {}))
        return made["id"], made["key"]

    def make(self, path: str, body: Mapping[str, Any], method: str = "POST") -> dict[str, Any]:
        answer = self._http.request(method, path, json=body, headers={"Authorization": f"Bearer {self.token('ADMIN')}"})
        assert answer.is_success, answer.text
        data: dict[str, Any] = answer.json().get("data", answer.json())
        return data

    def request(self, operation: Operation, path: str, role: str = "ADMIN") -> Request:
        """A request that a caller with the right would be obeyed in; built from the declaration and its example."""
        filled = path
        for name in path.split("{")[1:]:
            placeholder = name.partition("}")[0]
            filled = filled.replace(f"{{{placeholder}}}", self._id_for(path, placeholder))
        content = self._content(operation)
        if operation.paths[0].endswith("/completion"):  # the caller shows the password again
            content["json"]["password"] = self._credentials(role)[1]
        return Request(operation.method, filled, content)

    def record(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the first company."""
        company_id = self.demo["company_id"]
        file = f"file:{self.server.folder / 'data' / 'fettle.db'}?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as rows:
            tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: _rows(rows, table, company_id) for table in tables if table not in _OWN_PART}

    def _credentials(self, role: str) -> tuple[str, str]:
        if role == "foreign":
            return self._foreign_credentials
        if role != "VIEWER":
            return self.demo[f"{role.lower()}_email"], self.demo[f"{role.lower()}_password"]
        email = "viewer@demo.example"
        if role not in self._tokens:
            self._add_user(email, role)
        return email, _PASSWORD

    def _add_user(self, email: str, role: str) -> str:
        body = {"email": email, "firstName": "First", "lastName": "Last", "role": role, "password": _PASSWORD}
        return str(self.make("/v1/users", body)["id"])

    def _sign_in(self, email: str, password: str) -> str:
        answer = self._http.post("/v1/sessions", json={"email": email, "password": password})
        assert answer.is_success, answer.text
        return str(answer.json()["data"]["token"])

    def _make_one_of_everything(self) -> dict[str, str]:
        order, admin = self.demo["work_order_id"], self.demo["admin_user_id"]
        photo = {"minioObjectKey": self.demo["sample_file_name"], "cdnUrl": "https://cdn.example/1"}
        self.make(f"/v1/work-orders/{order}/photos", photo | {"takenAt": "2026-04-15T12:00:00Z"})
        form = {
            "type": (None, "TEXT"),
            "name": (None, "note"),
            "value": (None, "text"),
            "added_by_user_id": (None, admin),
        }
        headers = {"Authorization": f"Bearer {self.admin}"}
        attached = self._http.put(f"/work-orders/{order}/attachments", files=form, headers=headers)
        assert attached.is_success, attached.text
        self.make("/v1/company-rules", {"fourEyes": False}, "PUT")  # the administrator does everything here
        self.make(f"/v1/work-orders/{order}/approvals", {"approverUserId": admin})
        tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": _upload_metadata(order)}
        begun = self._http.post("/v1/uploads", headers=headers | tus)
        assert begun.is_success, begun.text
        return {
            "id": order,
            "fromworkorder": order,
            "template": self.make("/v1/work-order-templates", {"name": "Of the demo", "fromWorkOrderId": order})["id"],
            "pack": self.make("/v1/evidence-packs", {"q": "nothing like it"})["id"],
            **self._make_links(self.demo["sample_file_name"]),
            "upload": begun.headers["location"].rpartition("/")[2],
            "user": admin,
            "spare": self._add_user("sam@example.com", "OPERATOR"),
            "photo": self._first(f"/v1/work-orders/{order}/photos"),
            "attachment": attached.headers["Fettle-Evidence-Id"],
            "attached_file": attached.json()["attachments"][-1]["file_name"],
            "file": self.demo["sample_file_name"],
            "file_name": self.demo["sample_file_name"],
            "component": self.demo["component_id"],
            "partnumber": self.demo["part_number_id"],
            "dataset": self._first("/v1/datasets"),
            "key": self.key(["read"])[0],
            "passkey": admin,  # none: without a public address there are no passkeys to have
        }

    def _make_links(self, file_name: str) -> dict[str, str]:
        """One to take back, and one to look at, with its signature."""
        link, shared = (self.make(f"/v1/files/{file_name}/links", {"expiresInS": 3600}) for _ in range(2))
        return {"fileName": file_name, "link": link["id"], "shared_link": shared["url"].rpartition("/")[2]}

    def _first(self, path: str) -> str:
        return str(self.get(path, self.admin).json()["data"][0]["id"])

    def _id_for(self, path: str, placeholder: str) -> str:
        if path.startswith("/v1/users/"):
            return self.ids["spare"]  # whoever is edited here is not needed elsewhere
        if path.startswith("/v1/shared-files/"):
            return self.ids["shared_link"]  # with its signature
        if placeholder == "file_name":
            return self.ids["attached_file" if "attachments" in path else "file"]
        return self.ids[noun_of(placeholder)]

    def _content(self, operation: Operation) -> dict[str, Any]:
        if operation.form is not None:
            sent = {
                name: (None, str(value)) for name, value in self._fill(operation.examples.get("fields", {})).items()
            }
            return {"files": sent | dict.fromkeys(operation.form.files, ("picture.png", _PNG))}
        if operation.body is not None:
            return {"json": self._fill(operation.examples["body"])}
        if "query" in operation.examples:
            return {"params": operation.examples["query"]}
        if operation.request_headers:
            return {"headers": self._headers(operation)} | ({"content": b"1"} if operation.takes_chunks else {})
        return {}

    def _headers(self, operation: Operation) -> dict[str, str]:
        sent = {each.name: each.example for each in operation.request_headers if each.example is not None}
        if "Upload-Metadata" in sent:
            sent["Upload-Metadata"] = _upload_metadata(self.ids["id"])
        return sent | ({"Content-Type": operation.chunk_type} if operation.chunk_type else {})

    def _fill(self, example: Mapping[str, Any]) -> dict[str, Any]:
        """The example with ids that exist."""
        names = {name: noun_of(name) for name in example if name.lower().replace("_", "").endswith("id")}
        return dict(example) | {name: self.ids[noun] for name, noun in names.items() if noun in self.ids}


def _upload_metadata(order: str) -> str:
    return f"workOrderId {b64encode(order.encode()).decode()},kind cGhvdG8="


def noun_of(name: str) -> str:
    """The noun of an id's name: `approver_user_id` and `approverUserId` are a user, `partNumberId` a partnumber."""
    if not name.lower().endswith("id"):
        return name
    plain = name.lower().replace("_", "").removesuffix("id")
    return "user" if plain.endswith("user") else plain or "id"


def _rows(connection: sqlite3.Connection, table: str, company_id: str) -> list[tuple[Any, ...]]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[1] not in _VOLATILE]
    wall = "id" if table == "companies" else "company_id"
    statement = f"SELECT {', '.join(columns)} FROM {table} WHERE {wall} = ?"  # noqa: S608 - names of our own tables
    return sorted(connection.execute(statement, [company_id]).fetchall(), key=json.dumps)
