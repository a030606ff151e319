"""A second verifier, written from docs/proof.md alone: standard library and `cryptography`, nothing of Fettle."""

import base64
import json
import sys
import zipfile
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.verifier.by_the_book_record import Json, Record, canonical, check_record, sha256


def inner(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def root_from(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.3.2."""
    assert index < size
    place, last, node = index, size - 1, leaf
    for sibling in path:
        assert last > 0
        if place % 2 or place == last:
            node = inner(sibling, node)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            node = inner(node, sibling)
        place, last = place // 2, last // 2
    assert last == 0
    return node


def check_growth(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> None:
    """RFC 9162 section 2.1.4.2; 0 < old < new."""
    hashes = path if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place % 2:
        place, last = place // 2, last // 2
    first = second = hashes[0]
    for sibling in hashes[1:]:
        assert last > 0
        if place % 2 or place == last:
            first, second = inner(sibling, first), inner(sibling, second)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            second = inner(second, sibling)
        place, last = place // 2, last // 2
    assert (first, second, last) == (old_root, new_root, 0)


def signed_text(note: str, name: str, key: bytes) -> str:
    """The text of a C2SP signed note, once its signature by the key of that name was found to be right."""
    text, _, below = note.partition("\n\n")
    wanted = sha256(name.encode() + b"\n\x01" + key)[:4]
    for line in below.splitlines():
        _, signer, encoded = line.split(" ")
        found = base64.b64decode(encoded)
        if signer == name and found[:4] == wanted:
            Ed25519PublicKey.from_public_bytes(key).verify(found[4:], (text + "\n").encode())
            return text + "\n"
    raise AssertionError(name)


def check_order(pack: zipfile.ZipFile, company_id: str, order: Json, size: int, root: bytes, files: Json) -> int:
    """The log of one work order, and that the manifest says what its log says; how many entries there are."""
    previous, record = None, Record()
    lines = pack.read(order["log"]).decode().splitlines()
    for seq, line in enumerate(map(json.loads, lines), 1):
        leaf: Json = json.loads(line["leaf"])
        assert line["leaf"].encode() == canonical(leaf)
        assert (leaf["seq"], leaf["previous"], leaf["format"]) == (seq, previous, "fettle-entry-1")
        assert (leaf["company_id"], leaf["work_order_id"]) == (company_id, order["id"])
        texts = None
        if "texts" in line:
            texts = json.loads(line["texts"])
            assert line["texts"].encode() == canonical(texts)
            assert sha256(line["texts"].encode()).hex() == leaf["data"]["texts_sha256"]
        node = sha256(b"\x00" + line["leaf"].encode())
        path = [base64.b64decode(each) for each in line["path"]]
        assert root_from(line["leafIndex"], size, node, path) == root
        previous = node.hex()
        record.take(leaf, texts)
    assert (order["version"], order["logSha256"]) == (len(lines), previous)
    check_record(order, record, files)
    return len(lines)


def check_files(pack: zipfile.ZipFile, manifest: Json) -> None:
    """Every file is listed and named, has its bytes, and the time that the manifest says, to two seconds."""
    listed = {each["path"] for each in manifest["files"]}
    named = {"checkpoint.txt", "key.txt", "growth.jsonl", "stamps.jsonl"}
    for order in manifest["orders"]:
        parts = (*order["evidence"], *order.get("signatures", []))
        named |= {order["log"], order.get("report"), *(each.get("path") for each in parts)}
    assert listed <= named
    assert sorted([*listed, "manifest.json", "manifest.note"]) == sorted(pack.namelist())
    for each in manifest["files"]:
        content = pack.read(each["path"])
        assert (len(content), sha256(content).hex()) == (each["size"], each["sha256"])
    times = {each["path"]: each["modifiedAt"] for each in manifest["files"]}
    for info in pack.infolist():
        at = datetime.fromisoformat(times.get(info.filename) or manifest["madeAt"])
        assert info.date_time == (*at.timetuple()[:5], at.second // 2 * 2)


def check_checkpoints(pack: zipfile.ZipFile, name: str, size: int, root: bytes, kept: str | None) -> None:
    """The log grew out of every earlier checkpoint; the one that was kept and those that were stamped are of it."""
    known = {size: root}
    for line in map(json.loads, pack.read("growth.jsonl").splitlines()):
        known[line["size"]] = base64.b64decode(line["root"])
        if 0 < line["size"] < size:
            proof = [base64.b64decode(each) for each in line["path"]]
            check_growth(line["size"], known[line["size"]], size, root, proof)
    stamps = pack.read("stamps.jsonl").splitlines() if "stamps.jsonl" in pack.namelist() else []
    for note in ([] if kept is None else [kept]) + [json.loads(line)["note"] for line in stamps]:
        origin, noted, encoded, *_ = note.splitlines()
        assert (origin, known[int(noted)]) == (name, base64.b64decode(encoded))


def verify(path: str, kept: str | None = None) -> int:
    """How many entries were verified; raises AssertionError, or anything else, where the pack does not hold."""
    with zipfile.ZipFile(path) as pack:
        name, _, encoded = pack.read("key.txt").decode().strip().split("+", 2)
        key, manifest = base64.b64decode(encoded)[1:], json.loads(pack.read("manifest.json"))
        company_id, orders = manifest["companyId"], manifest["orders"]
        assert (manifest["format"], name) == ("fettle-evidence-pack-1", f"fettle/{company_id}")
        text = f"fettle-evidence-pack-1 {company_id}\n{sha256(pack.read('manifest.json')).hex()}\n"
        assert signed_text(pack.read("manifest.note").decode(), name, key) == text
        check_files(pack, manifest)
        origin, count, encoded = signed_text(pack.read("checkpoint.txt").decode(), name, key).splitlines()
        size, root = int(count), base64.b64decode(encoded)
        assert (origin, size) == (name, manifest["checkpointSize"])
        check_checkpoints(pack, name, size, root, kept)
        assert all(len({order[field] for order in orders}) == len(orders) for field in ("id", "number"))
        files = {each["path"]: each for each in manifest["files"]}
        return sum(check_order(pack, company_id, order, size, root, files) for order in orders)


if __name__ == "__main__":
    verify(*sys.argv[1:])
