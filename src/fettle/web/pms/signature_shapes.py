"""What `/v1` shows of the signatures of a work order."""

from msgspec import UnsetType

from fettle.domain.completions import Method, Signed
from fettle.domain.instants import show_instant
from fettle.web.fields import DateTime, PositiveInteger, Uuid
from fettle.web.pms.shapes import Shape, known


class SignatureShape(Shape, frozen=True):
    """Who signed the completion that made this version, when, how, and what it means; erased words are absent.

    `statementSha256` is the hash of what was signed, `drawnSignature` the name of the drawing's file, `assertion` what
    a passkey answered (docs/proof.md).
    """

    version: PositiveInteger
    signer_user_id: Uuid
    signed_at: DateTime
    method: Method
    statement_sha256: str
    content_sha256: str
    evidence_sha256: str
    signer_name: str | UnsetType
    meaning: str | UnsetType
    drawn_signature: Uuid | UnsetType
    assertion: str | UnsetType


def signature_shape(signed: Signed) -> SignatureShape:
    """One signature."""
    signature = signed.signature
    return SignatureShape(
        version=signature.version,
        signer_user_id=signature.signer_user_id,
        signed_at=show_instant(signature.signed_at),
        method=signature.method,
        statement_sha256=signature.statement_sha256,
        content_sha256=signature.content_sha256,
        evidence_sha256=signature.evidence_sha256,
        signer_name=known(signed.signer_name),
        meaning=known(signed.meaning),
        drawn_signature=known(signature.drawn_file_name),
        assertion=known(signature.assertion),
    )
