"""Passkeys as browsers and devices speak of them: WebAuthn, by the library of that name."""

from fettle.assertions import MADE_UP, from_base64url, is_assertion_of, to_base64url
from fettle.domain.errors import Unauthenticated, invalid_field
from fettle.domain.passkeys import Answer, Assertion, NewPasskey, Passkey, Site
from fettle.services.passkey_ports import Used


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
        except (WebAuthnException, *MADE_UP):
            raise invalid_field("credential", "passkey") from None
        return NewPasskey(
            to_base64url(found.credential_id), to_base64url(found.credential_public_key), found.sign_count
        )

    def used(self, answer: Answer, challenge: bytes, site: Site, passkey: Passkey) -> Used:
        from webauthn import verify_authentication_response  # noqa: PLC0415 - as above
        from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 - as above

        try:
            found = verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=from_base64url(passkey.public_key),
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
            return Used(_assertion(answer, passkey), found.new_sign_count)
        except (WebAuthnException, *MADE_UP):
            raise Unauthenticated("WRONG_PASSKEY") from None

    def holds(self, assertion: str, challenge: bytes) -> bool:
        return is_assertion_of(assertion, challenge)


def _assertion(answer: Answer, passkey: Passkey) -> Assertion:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 - as above
    from webauthn.helpers import (  # noqa: PLC0415 - as above
        decode_credential_public_key,
        decoded_public_key_to_cryptography,
    )

    key, response = decode_credential_public_key(from_base64url(passkey.public_key)), answer["response"]
    der = decoded_public_key_to_cryptography(key).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Assertion(
        algorithm=int(key.alg),
        authenticator_data=to_base64url(from_base64url(response["authenticatorData"])),
        client_data_json=to_base64url(from_base64url(response["clientDataJSON"])),
        credential_id=passkey.credential_id,
        public_key=to_base64url(der),
        signature=to_base64url(from_base64url(response["signature"])),
    )
