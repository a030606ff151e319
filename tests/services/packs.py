"""Evidence packs, checked as docs/proof.md says, with nothing of ours: ZIP, JSON, SHA-256, Ed25519."""

import hashlib
import io
import json
import subprocess
import zipfile
from base64 import b64decode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Json = dict[str, Any]


class Pack:
    """One pack, every promise of it kept; `manifest` and `logs` (by the number of the order) are there to look at."""

    def __init__(self, content: bytes, key: str | None = None) -> None:
        """`key` is the public key as it was got from elsewhere."""
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        assert self.archive.testzip() is None
        self.manifest: Json = json.loads(self.read("manifest.json"))
        self.key = (key or self.text("key.txt")).strip()
        self.size, self.root = self._checkpoint()
        self._require_files()
        self.logs = {order["number"]: self._log(order) for order in self.manifest["orders"]}
        for order in self.manifest["orders"]:
            self._require_record(order)
        self.growth = {line["size"]: line for line in self.lines("growth.jsonl")}
        for line in self.growth.values():
            self._require_growth(line)

    def read(self, path: str) -> bytes:
        return self.archive.read(path)

    def text(self, path: str) -> str:
        return self.read(path).decode()

    def lines(self, path: str) -> list[Json]:
        return [json.loads(line) for line in self.text(path).splitlines()]

    @property
    def order(self) -> Json:
        """The only one."""
        (only,) = self.manifest["orders"]
        return dict(only)

    @property
    def evidence(self) -> list[Json]:
        """That of the only order."""
        return list(self.order["evidence"])

    def _checkpoint(self) -> tuple[int, bytes]:
        origin, size, root = self._signed("checkpoint.txt")
        assert origin == f"fettle/{self.manifest['companyId']}"
        assert int(size) == self.manifest["checkpointSize"]
        return int(size), b64decode(root)

    def _require_files(self) -> None:
        said, sha256 = self._signed("manifest.note")
        assert said == f"fettle-evidence-pack-1 {self.manifest['companyId']}"
        assert sha256 == hashlib.sha256(self.read("manifest.json")).hexdigest()
        listed = {file["path"]: (file["size"], file["sha256"]) for file in self.manifest["files"]}
        assert self.archive.namelist() == [*listed, "manifest.json", "manifest.note"]
        for path, about in listed.items():
            content = self.read(path)
            assert about == (len(content), hashlib.sha256(content).hexdigest()), path

    def _signed(self, path: str) -> list[str]:
        """The lines of a signed note; the signature has to be that of the key."""
        text, _, below = self.text(path).partition("\n\n")
        name, key_id, public = self.key.split("+", 2)
        dash, signer, signature = below.strip().split(" ")
        sent = b64decode(signature)
        assert (dash, signer, sent[:4].hex()) == ("—", name, key_id)
        assert b64decode(public)[:1] == b"\x01"
        Ed25519PublicKey.from_public_bytes(b64decode(public)[1:]).verify(sent[4:], f"{text}\n".encode())
        return text.split("\n")

    def _log(self, order: Json) -> list[Json]:
        previous, entries = None, []
        for number, line in enumerate(self.lines(order["log"]), 1):
            leaf = json.loads(line["leaf"])
            assert (leaf["seq"], leaf["previous"], leaf["work_order_id"]) == (number, previous, order["id"])
            if "texts" in line:
                assert leaf["data"]["texts_sha256"] == hashlib.sha256(line["texts"].encode()).hexdigest()
            found = hashlib.sha256(b"\0" + line["leaf"].encode()).digest()
            path = [b64decode(each) for each in line["path"]]
            assert _root(found, line["leafIndex"], self.size, path) == self.root
            previous = found.hex()
            entries.append({**leaf, "texts": json.loads(line["texts"]) if "texts" in line else None})
        assert (order["version"], order["logSha256"]) == (len(entries), previous)
        return entries

    def _require_record(self, order: Json) -> None:
        newest: Json = {}
        hashes: Json = {}
        known = set()
        for entry in self.logs[order["number"]]:
            for said in (entry["data"], entry["texts"] or {}):
                newest |= {field: values[1] for field, values in said.get("changes", {}).items()}
            about = entry["data"]
            known |= {about["evidence_id"]} if "evidence_id" in about else set()
            hashes |= {about["evidence_id"]: about["sha256"]} if "sha256" in about else {}
        assert order["status"] == newest["status"]
        assert order["name"] == newest.get("name", order["name"])
        assert known == {each["id"] for each in order["evidence"]}
        sizes = {file["path"]: (file["size"], file["sha256"]) for file in self.manifest["files"]}
        for each in order["evidence"]:
            where = f"evidence.{each['id']}"
            is_removed = newest.get(f"{where}.removed", False)
            assert each["state"] == ("removed" if is_removed else newest.get(f"{where}.state", each["state"]))
            assert each.get("deleted", False) == newest.get(f"{where}.deleted", False)
            assert each.get("sha256") == hashes.get(each["id"])
            if "path" in each:
                assert sizes[each["path"]] == (each["size"], each["sha256"])

    def _require_growth(self, line: Json) -> None:
        path = [b64decode(each) for each in line["path"]]
        assert _grew(b64decode(line["root"]), line["size"], self.root, self.size, path), line["size"]


def require_unzip(content: bytes, folder: Path) -> None:
    """The program `unzip` finds nothing wrong with it."""
    path = folder / "pack.zip"
    path.write_bytes(content)
    done = subprocess.run(["unzip", "-tq", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No errors detected" in done.stdout


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.3.2."""
    place, last, found = index, size - 1, leaf
    for sibling in path:
        assert last > 0
        if place % 2 == 1 or place == last:
            found = _node(sibling, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = _node(found, sibling)
        place, last = place // 2, last // 2
    assert last == 0
    return found


def _grew(old_root: bytes, old: int, new_root: bytes, new: int, path: list[bytes]) -> bool:
    """RFC 9162 section 2.1.4.2."""
    if old == 0:
        return old_root == hashlib.sha256(b"").digest() and not path
    hashes = [old_root, *path] if old & (old - 1) == 0 else path
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place // 2, last // 2
    older = newer = hashes[0]
    for sibling in hashes[1:]:
        if place % 2 == 1 or place == last:
            older, newer = _node(sibling, older), _node(sibling, newer)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            newer = _node(newer, sibling)
        place, last = place // 2, last // 2
    return (older, newer, last) == (old_root, new_root, 0)
