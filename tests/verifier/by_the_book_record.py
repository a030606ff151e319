"""What the entries of a work order add up to, and whether a manifest says it: from docs/proof.md alone."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

Json = dict[str, Any]
ADDED = {"ATTACHMENT_ADDED": "attachment", "PHOTO_ADDED": "photo", "PHOTO_ADDED_LATE": "photo"}
OF_ORDER = ("name", "description", "status")
OF_EVIDENCE = ("name", "step", "value_sha256", "cdn_url", "file_name")
ERASED_OF_EVIDENCE = {
    "captions": ("name", "step", "value_sha256"),
    "links": ("cdn_url", "value_sha256"),
    "fileNames": ("file_name",),
}


def sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def canonical(value: object) -> bytes:
    """RFC 8785, for objects of text and whole numbers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Record:
    """Takes the leaves of a work order with their texts, oldest first. What is not known is left out."""

    def __init__(self) -> None:
        self.order: Json = {}
        self.evidence: dict[str, Json] = {}
        self.approvals: dict[str, Json] = {}
        self.signed: dict[int, Json] = {}
        self.gone: set[int] = set()
        self.noted: set[int] = set()

    def take(self, leaf: Json, texts: Json | None) -> None:
        data = leaf["data"]
        is_gone = texts is None and "texts_sha256" in data
        texts = texts or {}
        said = {**data, **texts, "changes": {**data.get("changes", {}), **texts.get("changes", {})}}
        if "statement_sha256" in data:
            self._take_signature(leaf, said, is_gone=is_gone)
        self._take_order(leaf, said, is_gone=is_gone)
        if "evidence_id" in data:
            self._take_evidence(leaf, said, is_gone=is_gone)
        self._take_changes(leaf, said, is_gone=is_gone)
        if leaf["type"] == "ERASED":
            self._take_erasure(said)
        self.gone |= {leaf["seq"]} if is_gone else set()

    def _take_order(self, leaf: Json, said: Json, *, is_gone: bool) -> None:
        if leaf["seq"] == 1:
            self.order = dict.fromkeys(OF_ORDER)
            self.order |= {"number": said["wo_number"]} if "wo_number" in said else {}
        self.order |= {field: new for field, (_, new) in said["changes"].items() if field in OF_ORDER}
        if is_gone and leaf["type"] in ("CREATED", "EDITED", "REQUIRED_PHOTOS_CHANGED"):
            forget(self.order, ("name", "description"))

    def _take_evidence(self, leaf: Json, said: Json, *, is_gone: bool) -> None:
        known, kind = self.evidence.setdefault(said["evidence_id"], {}), leaf["type"]
        if kind in ADDED:
            known |= dict.fromkeys(("late", "cdn_url", "sha256", "size", "content_type", "file_name", "reason"))
            known |= {"kind": ADDED[kind], "added_at": leaf["added_at"], "added_by": leaf["added_by_user_id"]}
            known |= {"deleted": False, "removed": False}
            known |= {field: said.get(field) for field in ("name", "evidence_type", "taken_at", "value_sha256", "step")}
            if kind != "ATTACHMENT_ADDED" and "step" not in said:
                known["step"] = said.get("name")
                forget(known, ("step",) if said.get("name") == "photo" else ())
            known["late"] = "late" if kind == "PHOTO_ADDED_LATE" else None
        known |= {field: said[field] for field in ("sha256", "size", "content_type") if field in said}
        if "sha256" in said and kind in (*ADDED, "ATTACHMENT_COMPLETED"):
            known["file_name"] = said.get("file_name")
        if is_gone and kind in (*ADDED, "ATTACHMENT_COMPLETED"):
            forget(known, OF_EVIDENCE)
        if kind.endswith("_DELETED"):
            known["reason"] = said.get("reason")
            forget(known, ("reason",) if is_gone else ())

    def _take_changes(self, leaf: Json, said: Json, *, is_gone: bool) -> None:
        for path, (_, new) in said["changes"].items():
            about, _, rest = path.partition(".")
            if about == "evidence":
                evidence_id, _, field = rest.partition(".")
                known = self.evidence.setdefault(evidence_id, {})
                known[field] = new
                if field == "removed" and known.get("evidence_type") == "TEXT":
                    forget(known, ("value_sha256",))
            elif about == "approvals":
                self._take_approval(leaf, said, rest, new, is_gone=is_gone)
        if is_gone and leaf["type"] == "PHOTO_LINK_CHANGED":
            forget(self.evidence[said["evidence_id"]], ("cdn_url",))
        if "content_sha256" in said:
            for approver, known in self.approvals.items():
                if said.get("approver_user_id") in (None, approver):
                    known["content_sha256"] = said["content_sha256"]

    def _take_approval(self, leaf: Json, said: Json, approver: str, status: str | None, *, is_gone: bool) -> None:
        if status is None:
            self.approvals.pop(approver, None)
            return
        is_asked, is_answer = (
            leaf["type"] == "APPROVAL_REQUESTED",
            leaf["type"] in ("APPROVAL_GIVEN", "APPROVAL_REJECTED"),
        )
        known = {"asked_at": leaf["added_at"], "content_sha256": None} if is_asked else self.approvals[approver]
        comment = said.get("comment") if is_answer else None
        self.approvals[approver] = {**known, "status": status, "answered_at": leaf["added_at"], "comment": comment}
        if is_gone and is_answer:
            forget(self.approvals[approver], ("comment",))

    def _take_erasure(self, said: Json) -> None:
        self.noted |= set(said.get("versions", []))
        forget(self.order, ("description",) if "description" in said["what"] else ())
        for evidence_id in said.get("evidence_ids", []):
            for what, fields in ERASED_OF_EVIDENCE.items():
                forget(self.evidence[evidence_id], fields if what in said["what"] else ())

    def _take_signature(self, leaf: Json, said: Json, *, is_gone: bool) -> None:
        """The evidence is what the entries before say."""
        there = [
            {"id": evidence_id, "sha256": known.get("sha256"), "state": known["state"]}
            for evidence_id, known in sorted(self.evidence.items())
            if not known["deleted"]
        ]
        assert said["evidence_sha256"] == sha256(canonical(there)).hex()
        statement = {
            **{field: said.get(field) for field in ("content_sha256", "drawn_sha256", "evidence_sha256", "method")},
            **{field: said.get(field) for field in ("meaning", "nonce", "signer_name")},
            **{field: leaf[field] for field in ("company_id", "work_order_id")},
            "format": "fettle-signature-1",
            "status": "COMPLETE",
            "log_sha256": leaf["previous"],
            "signer_user_id": leaf["added_by_user_id"],
            "version": leaf["seq"],
        }
        assert is_gone or said["statement_sha256"] == sha256(canonical(statement)).hex()
        self.signed[leaf["seq"]] = {**said, "is_gone": is_gone}


def forget(known: Json, fields: tuple[str, ...]) -> None:
    for field in fields:
        known.pop(field, None)


def check_record(order: Json, found: Record, files: Json) -> None:
    """What the manifest says is what the log adds up to; `files` are those it lists, by their path."""
    assert found.gone <= found.noted
    require(found.order, {field: order.get(field) for field in (*OF_ORDER, "number")})
    assert len({each["id"] for each in order["evidence"]}) == len(order["evidence"])
    assert {each["id"] for each in order["evidence"]} == found.evidence.keys()
    for each in order["evidence"]:
        check_evidence(each, found.evidence[each["id"]])
        check_path(each.get("path"), each.get("sha256"), order, files)
        if "path" not in each and each["state"] == "stored":
            assert found.evidence[each["id"]]["removed"]
    assert sorted(each["approver"] for each in order.get("approvals", [])) == sorted(found.approvals)
    for each in order.get("approvals", []):
        check_approval(each, found.approvals[each["approver"]])
    assert sorted(each["version"] for each in order.get("signatures", [])) == sorted(found.signed)
    for each in order.get("signatures", []):
        check_signature(each, found.signed[each["version"]])
        check_path(each.get("path"), found.signed[each["version"]].get("drawn_sha256"), order, files)


def require(known: Json, said: Json) -> None:
    for field, value in said.items():
        assert known.get(field, value) == value, field


def check_path(path: str | None, wanted: str | None, order: Json, files: Json) -> None:
    if path is not None:
        assert path.startswith(f"{order['number']}/")
        assert files[path]["sha256"] == wanted


def check_evidence(each: Json, known: Json) -> None:
    said = {field: each.get(field) for field in ("kind", "name", "step", "state", "late", "sha256", "size")}
    said |= {"evidence_type": each["type"], "taken_at": each.get("takenAt"), "content_type": each.get("contentType")}
    said |= {"added_at": each["receivedAt"], "added_by": each["addedBy"], "file_name": each.get("originalFileName")}
    said |= {"deleted": each.get("deleted", False), "reason": each.get("deletionReason")}
    if each["state"] == "removed" and known["removed"]:
        del said["state"]
    require(known, said)
    value, link = each.get("value", ""), known.get("cdn_url")
    if known.get("value_sha256") is not None or "cdn_url" in known:
        is_link = value == (link or "")
        require(known, {"value_sha256": None if is_link else sha256(value.encode()).hex()})


def check_approval(each: Json, known: Json) -> None:
    said = {"status": each["status"], "asked_at": each["askedAt"], "comment": each.get("comment")}
    require(known, said | {"content_sha256": each.get("contentSha256")})
    assert each.get("answeredAt") == (None if each["status"] == "PENDING" else known["answered_at"])


def check_signature(each: Json, said: Json) -> None:
    assert (each["method"], each["statementSha256"]) == (said["method"], said["statement_sha256"])
    assertion = each.get("assertion")
    assert said.get("assertion_sha256") == (None if assertion is None else sha256(assertion.encode()).hex())
    assert "path" in each or "drawn_sha256" not in said or said["is_gone"]
    if each["method"] == "passkey":
        check_assertion(json.loads(assertion or ""), bytes.fromhex(each["statementSha256"]))


def check_assertion(kept: Json, statement: bytes) -> None:
    data, client = base64url(kept["authenticator_data"]), base64url(kept["client_data_json"])
    said = json.loads(client)
    assert (said["type"], base64url(said["challenge"])) == ("webauthn.get", statement)
    assert data[:32] == sha256((urlsplit(said["origin"]).hostname or "").encode())
    assert data[32] & 0x05 == 0x05
    key, signature = load_der_public_key(base64url(kept["public_key"])), base64url(kept["signature"])
    content, algorithm = data + sha256(client), kept["algorithm"]
    if algorithm == -7:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    elif algorithm == -8:
        assert isinstance(key, ed25519.Ed25519PublicKey)
        key.verify(signature, content)
    else:
        assert algorithm == -257
        assert isinstance(key, rsa.RSAPublicKey)
        key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
