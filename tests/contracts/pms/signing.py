"""What is signed with a completion, computed again from the words of docs/proof.md and what the server shows."""

import hashlib
import json

from tests.contracts.pms.client import Json, PmsClient


def sha256_of(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def statement_of(client: PmsClient, order_id: str, version: int) -> Json:
    """The statement that was signed with that version, from the proofs of its log."""
    proofs = client.data("GET", f"/v1/work-orders/{order_id}/proofs")["proofs"]
    leaf, texts = json.loads(proofs[version - 1]["leaf"]), json.loads(proofs[version - 1]["texts"])
    data = leaf["data"]
    return {
        "company_id": leaf["company_id"],
        "content_sha256": data["content_sha256"],
        "drawn_sha256": data.get("drawn_sha256"),
        "evidence_sha256": data["evidence_sha256"],
        "format": "fettle-signature-1",
        "log_sha256": leaf["previous"],
        "meaning": texts["meaning"],
        "method": data["method"],
        "nonce": texts["nonce"],
        "signer_name": texts["signer_name"],
        "signer_user_id": leaf["added_by_user_id"],
        "status": "COMPLETE",
        "version": leaf["seq"],
        "work_order_id": leaf["work_order_id"],
    }
