"""What is kept of a passkey's answer (`domain.passkeys.Assertion`), and whether it is a right signature."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from urllib.parse import urlsplit

import msgspec

from fettle.domain.passkeys import Assertion

# Flags of the authenticator data (WebAuthn, section 6.1): a person was present, and verified.
_PRESENT_AND_VERIFIED: Final = 0x05
_HASH_SIZE: Final = 32
# What the library raises for answers that were made up.
MADE_UP: Final = (ValueError, TypeError, LookupError, AttributeError, OverflowError)


def is_assertion_of(assertion: str, challenge: bytes) -> bool:
    """Whether what was kept is a signature, by its own key and a verified person, of this challenge.

    It was given on pages of the host that the key is for; which host that has to be is not known here.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - loading takes 200 ms
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

    try:
        kept = msgspec.json.decode(assertion, type=Assertion)
        _require_signature(kept)
        return _answers(kept, challenge)
    except (InvalidSignature, UnsupportedAlgorithm, WebAuthnException, RecursionError, msgspec.MsgspecError, *MADE_UP):
        return False


def _require_signature(kept: Assertion) -> None:
    from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - as above
    from webauthn.helpers import verify_signature  # noqa: PLC0415 - as above
    from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415 - as above

    client_data = from_base64url(kept.client_data_json)
    verify_signature(
        public_key=load_der_public_key(from_base64url(kept.public_key)),
        signature_alg=COSEAlgorithmIdentifier(kept.algorithm),
        signature=from_base64url(kept.signature),
        data=from_base64url(kept.authenticator_data) + hashlib.sha256(client_data).digest(),
    )


def _answers(kept: Assertion, challenge: bytes) -> bool:
    said = msgspec.json.decode(from_base64url(kept.client_data_json))
    data = from_base64url(kept.authenticator_data)
    host = urlsplit(said["origin"]).hostname or ""
    is_of_host = data[:_HASH_SIZE] == hashlib.sha256(host.encode()).digest()
    is_person = data[_HASH_SIZE] & _PRESENT_AND_VERIFIED == _PRESENT_AND_VERIFIED
    is_asked = (said["type"], said["challenge"]) == ("webauthn.get", to_base64url(challenge))
    return is_of_host and is_person and is_asked


def to_base64url(content: bytes) -> str:
    """Without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
