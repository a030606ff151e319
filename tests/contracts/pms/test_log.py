"""The log as somebody sees it who does not trust the server: everything is computed again from what it answers."""

import hashlib
import json
from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.contracts.pms.client import Json, PmsClient


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from(index: int, size: int, leaf: bytes, path: list[str]) -> bytes:
    """RFC 9162 section 2.1.3.2, step by step."""
    place, last, found = index, size - 1, leaf
    for sibling in map(b64decode, path):
        assert last != 0
        if place % 2 == 1 or place == last:
            found = node(sibling, found)
            while place % 2 == 0 and place != 0:
                place, last = place // 2, last // 2
        else:
            found = node(found, sibling)
        place, last = place // 2, last // 2
    assert last == 0
    return found


def signed_by(note: str, verifier_key: str) -> tuple[int, bytes]:
    """Size and root of a checkpoint, once its signature is right (C2SP signed-note)."""
    text, _, signatures = note.partition("\n\n")
    name, _, rest = verifier_key.partition("+")
    key_id, _, key = rest.partition("+")
    dash, signer, encoded = signatures.rstrip("\n").split(" ")
    assert (dash, signer) == ("—", name)
    assert b64decode(encoded)[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(b64decode(key)[1:]).verify(b64decode(encoded)[4:], f"{text}\n".encode())
    origin, size, root = text.split("\n")
    assert origin == name
    return int(size), b64decode(root)


def test_every_entry_is_in_the_signed_log(client: PmsClient, order: Json) -> None:
    path = f"/v1/work-orders/{order['id']}"
    for number in range(5):
        client.data("POST", f"{path}/comments", status=201, json={"comment": f"Remark {number} of Mme Dupont"})
    found = client.data("GET", f"{path}/proofs")
    size, root = signed_by(found["checkpoint"]["note"], client.data("GET", "/v1/log/key")["verifierKey"])
    assert (size, found["checkpoint"]["root"]) == (found["checkpoint"]["size"], found["checkpoint"]["root"])
    previous = None
    for version, proof in enumerate(found["proofs"], 1):
        leaf = hashlib.sha256(b"\x00" + proof["leaf"].encode()).digest()
        assert leaf.hex() == proof["sha256"]
        assert root_from(proof["leafIndex"], size, leaf, proof["path"]) == root
        entry = json.loads(proof["leaf"])
        assert (entry["seq"], entry["previous"], entry["work_order_id"]) == (version, previous, order["id"])
        if "texts" in proof:
            assert entry["data"]["texts_sha256"] == hashlib.sha256(proof["texts"].encode()).hexdigest()
            assert "Dupont" not in proof["leaf"]
        previous = proof["sha256"]
    assert len(found["proofs"]) == 6
    assert json.loads(found["proofs"][3]["texts"])["comment"] == "Remark 2 of Mme Dupont"


def test_the_log_only_grew(client: PmsClient, order: Json) -> None:
    old = client.data("POST", "/v1/log/checkpoint", status=201)
    client.data("POST", f"/v1/work-orders/{order['id']}/comments", status=201, json={"comment": "later"})
    new = client.data("POST", "/v1/log/checkpoint", status=201)
    assert new["size"] > old["size"]
    assert client.data("GET", "/v1/log/checkpoint")["size"] >= new["size"]
    found = client.data("GET", f"/v1/log/consistency?old={old['size']}&new={new['size']}")
    assert (found["old"], found["new"]) == (old["size"], new["size"])
    assert found["path"]
    refused = client.send("GET", f"/v1/log/consistency?old={new['size']}&new={old['size']}")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_PARAMETER")


def test_an_order_verifies(client: PmsClient, order: Json) -> None:
    path = f"/v1/work-orders/{order['id']}"
    client.data("POST", "/v1/log/checkpoint", status=201)
    client.data("PATCH", path, json={"name": "Other", "deadline": "2027-01-01T00:00:00Z"})
    found = client.data("GET", f"{path}/verification")
    assert (found["holds"], found["problems"], found["entries"], found["covered"]) == (True, [], 2, 1)
    assert found["checkpoint"]["size"] > 0


@pytest.mark.parametrize("query", ["?fromVersion=0", "?fromVersion=x", "?from=1"])
def test_a_query_that_does_not_do(client: PmsClient, order: Json, query: str) -> None:
    assert client.send("GET", f"/v1/work-orders/{order['id']}/proofs{query}").status_code == 400


def test_proofs_come_from_a_version_on(client: PmsClient, order: Json) -> None:
    path = f"/v1/work-orders/{order['id']}"
    client.data("POST", f"{path}/comments", status=201, json={"comment": "x"})
    whole, rest = (client.data("GET", f"{path}/proofs?fromVersion={version}")["proofs"] for version in (1, 2))
    assert [proof["leaf"] for proof in rest] == [proof["leaf"] for proof in whole[1:]]
    assert client.data("GET", f"{path}/proofs?fromVersion=3")["proofs"] == []


def test_checkpoints_are_listed_and_only_ones_own(client: PmsClient, stranger: PmsClient, order: Json) -> None:
    made = [client.data("POST", "/v1/log/checkpoint", status=201)]
    client.data("POST", f"/v1/work-orders/{order['id']}/comments", status=201, json={"comment": "later"})
    made.append(client.data("POST", "/v1/log/checkpoint", status=201))
    listed = client.data("GET", "/v1/log/checkpoints")
    assert [each["size"] for each in listed] == sorted((each["size"] for each in listed), reverse=True)
    assert all({**each, "copies": []} in listed for each in made)
    earlier = client.data("GET", f"/v1/log/checkpoints?beforeSize={made[1]['size']}")
    assert {**made[0], "copies": []} in earlier
    assert {**made[1], "copies": []} not in earlier
    notes = {each["note"] for each in stranger.data("GET", "/v1/log/checkpoints")}
    assert not notes & {each["note"] for each in listed}
    refused = client.send("GET", "/v1/log/checkpoints?beforeSize=-1")
    assert (refused.status_code, refused.json()["code"]) == (400, "INVALID_PARAMETER")
