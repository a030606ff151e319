"""Passkeys as browsers and devices speak of them: WebAuthn, by the library of that name."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

import msgspec

from fettle.domain.errors import Unauthenticated, invalid_field
from fettle.domain.passkeys import Answer, Assertion, NewPasskey, Passkey, Site
from fettle.services.passkey_ports import Used

_VERIFIED: Final = 0x04  # the flag of the authenticator data that says so: WebAuthn, section 6.1
_FLAGS_AT: Final = 32
# What the library raises for answers that were made up.
_MADE_UP: Final = (ValueError, TypeError, LookupError, AttributeError, OverflowError)


class WebAuthn:
    """Fulfils `services.passkey_ports.PasskeyVerifier`."""

    def registered(self, answer: Answer, challenge: bytes, site: Site) -> NewPasskey:
        from webauthn import verify_registration_response  # noqa: PLC0415 - loading it takes 200 ms
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

        try:
            found = verify_registration_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, *_MADE_UP):
            raise invalid_field("credential", "passkey") from None
        return NewPasskey(_encode(found.credential_id), _encode(found.credential_public_key), found.sign_count)

    def used(self, answer: Answer, challenge: bytes, site: Site, passkey: Passkey) -> Used:
        from webauthn import verify_authentication_response  # noqa: PLC0415 - as above
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

        try:
            found = verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=_decode(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
            return Used(_assertion(answer, passkey), found.new_sign_count)
        except (WebAuthnException, *_MADE_UP):
            raise Unauthenticated("WRONG_PASSKEY") from None

    def holds(self, assertion: str, challenge: bytes) -> bool:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.serialization import load_der_public_key  # noqa: PLC0415 - as above
        from webauthn.helpers import verify_signature  # noqa: PLC0415 - as above
        from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415 - as above
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

        try:
            kept = msgspec.json.decode(assertion, type=Assertion)
            client_data, authenticator_data = _decode(kept.client_data_json), _decode(kept.authenticator_data)
            said = msgspec.json.decode(client_data)
            verify_signature(
                public_key=load_der_public_key(_decode(kept.public_key)),
                signature_alg=COSEAlgorithmIdentifier(kept.algorithm),
                signature=_decode(kept.signature),
                data=authenticator_data + hashlib.sha256(client_data).digest(),
            )
        except (InvalidSignature, UnsupportedAlgorithm, WebAuthnException, msgspec.MsgspecError, *_MADE_UP):
            return False
        is_ours = isinstance(said, dict) and said.get("type") == "webauthn.get"
        is_verified = len(authenticator_data) > _FLAGS_AT and bool(authenticator_data[_FLAGS_AT] & _VERIFIED)
        return is_ours and is_verified and said.get("challenge") == _encode(challenge)


def _assertion(answer: Answer, passkey: Passkey) -> Assertion:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - as above
    from webauthn.helpers import (  # noqa: PLC0415 - as above
        decode_credential_public_key,
        decoded_public_key_to_cryptography,
    )

    key, response = decode_credential_public_key(_decode(passkey.public_key)), answer["response"]
    der = decoded_public_key_to_cryptography(key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Assertion(
        algorithm=int(key.alg),
        authenticator_data=_encode(_decode(response["authenticatorData"])),
        client_data_json=_encode(_decode(response["clientDataJSON"])),
        credential_id=passkey.credential_id,
        public_key=_encode(der),
        signature=_encode(_decode(response["signature"])),
    )


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
