"""What clients do: every kind of change, chosen by chance, each with one effect however often it is sent."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import httpx
import msgspec

from tests.serving import Demo

_JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
_LARGEST_BYTES = 300_000
_ORDERS_KEPT = 3


@dataclass(frozen=True)
class Deed:
    """One change, whose effect carries `tag`: sent as `json`, or as a form of `fields` with `content` in `part`.

    Where what it says tells a repeat by itself, `is_keyed` is false and no Idempotency-Key is sent.
    """

    kind: str
    tag: str
    method: str
    path: str
    json: Mapping[str, object] | None = None
    fields: Mapping[str, str] | None = None
    content: bytes | None = None
    part: str = "attachment"
    is_keyed: bool = True

    @property
    def sha256(self) -> str | None:
        return None if self.content is None else hashlib.sha256(self.content).hexdigest()

    @property
    def work_order_id(self) -> str | None:
        """The order that it changes, when there is one already."""
        return next((part for part in self.path.split("/") if len(part) == len(str(UUID(int=0)))), None)

    def send(self, client: httpx.Client) -> httpx.Response:
        headers = {"Idempotency-Key": self.tag} if self.is_keyed else {}
        if self.fields is None:
            return client.request(self.method, self.path, headers=headers, json=self.json)
        form: list[tuple[str, tuple[str | None, str | bytes]]]
        form = [(name, (None, value)) for name, value in self.fields.items()]
        if self.content is not None:
            form.append((self.part, (self.tag, self.content)))
        return client.request(self.method, self.path, headers=headers, files=form)


class Deeds:
    """What one client does next. It moves a work order of its own, and attaches to some that are DRAFT."""

    def __init__(self, demo: Demo, chance: random.Random) -> None:
        self._demo = demo
        self._chance = chance
        self._drafts = [demo.work_order_id]
        self._moving: str | None = None
        self._is_draft = True
        self._photos: list[str] = []
        self._objects: list[str] = []

    def next(self) -> Deed:
        if self._moving is None or self._chance.random() < 0.05:
            return self._order()
        kinds = [self._attach, self._attach, self._attach_v1, self._text, self._photo, self._photo, self._file]
        kinds += [self._edit, self._comment, self._move] + [self._delete] * bool(self._photos)
        return self._chance.choice(kinds)()

    def learn(self, deed: Deed, answer: httpx.Response) -> None:
        """Take from an answer what later deeds need."""
        if deed.kind == "order" and self._moving is None:
            self._moving = answer.json()["id"]
        elif deed.kind == "order":
            self._drafts = [*self._drafts, answer.json()["id"]][-_ORDERS_KEPT:]
        elif deed.kind == "photo":
            self._photos.append(answer.headers["location"])
        elif deed.kind == "file":
            self._objects.append(answer.json()["name"])
        elif deed.kind == "move":
            self._is_draft = not self._is_draft

    def _order(self) -> Deed:
        tag, demo = self._tag(), self._demo
        body = {"name": tag, "component_id": demo.component_id, "quantity": 1, "created_by_user_id": demo.user_id}
        return Deed("order", tag, "POST", "/work-orders", body)

    def _attach(self) -> Deed:
        tag = self._tag()
        fields = {"type": self._chance.choice(["IMAGE", "FILE"]), "name": tag, "added_by_user_id": self._demo.user_id}
        path = f"/work-orders/{self._draft()}/attachments"
        return Deed("attachment", tag, "PUT", path, fields=fields, content=self._bytes(), is_keyed=self._even())

    def _attach_v1(self) -> Deed:
        tag = self._tag()
        fields = {"type": "FILE", "name": tag}
        path = f"/v1/work-orders/{self._draft()}/attachments"
        return Deed("attachment", tag, "POST", path, fields=fields, content=self._bytes(), is_keyed=self._even())

    def _text(self) -> Deed:
        tag = self._tag()
        said = {"type": "TEXT", "name": tag, "added_by_user_id": self._demo.user_id, "value": tag}
        fields = {"metadata": msgspec.json.encode(said).decode()}
        return Deed("attachment", tag, "PUT", f"/work-orders/{self._draft()}/attachments", fields=fields)

    def _photo(self) -> Deed:
        """Of a file that was sent before, which the worker then copies, or of an object that never comes."""
        tag = self._tag()
        key = self._chance.choice(self._objects) if self._objects and self._even() else tag
        said = {"cdnUrl": f"https://cdn.example.com/{tag}", "takenAt": "2026-04-15T12:00:00Z", "step": tag}
        body = {"minioObjectKey": key, **said}
        return Deed("photo", tag, "POST", f"/v1/work-orders/{self._draft()}/photos", body, is_keyed=self._even())

    def _file(self) -> Deed:
        return Deed("file", self._tag(), "POST", "/files", fields={}, content=self._bytes(), part="file")

    def _edit(self) -> Deed:
        tag = self._tag()
        return Deed("edit", tag, "PATCH", f"/work-order/{self._draft()}", {"description": tag})

    def _comment(self) -> Deed:
        tag = self._tag()
        body = {"comment": tag, "added_by_user_id": self._demo.user_id}
        return Deed("comment", tag, "POST", f"/work-orders/{self._draft()}/comments", body)

    def _move(self) -> Deed:
        tag = self._tag()
        body = {"status": "REVIEW" if self._is_draft else "DRAFT", "comment": tag}
        return Deed("move", tag, "PATCH", f"/work-orders/{self._moving}/status", body)

    def _delete(self) -> Deed:
        tag, path = self._tag(), self._photos.pop(self._chance.randrange(len(self._photos)))
        return Deed("delete", tag, "DELETE", path, {"reason": tag}, is_keyed=False)

    def _tag(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))

    def _even(self) -> bool:
        return self._chance.random() < 0.5

    def _bytes(self) -> bytes:
        return _JPEG + self._chance.randbytes(int(self._chance.random() ** 4 * _LARGEST_BYTES))

    def _draft(self) -> str:
        return self._chance.choice(self._drafts)
