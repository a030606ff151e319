"""Passkeys as browsers take and give them: the JSON of WebAuthn level 3, section 5.1.8 to 5.1.10."""

from base64 import urlsafe_b64encode
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from fettle.domain.completions import printed_name
from fettle.domain.instants import show_instant
from fettle.domain.passkeys import CHALLENGE_LASTS_S, Passkey
from fettle.services.passkeys import Asked
from fettle.web.fields import DateTime, Uuid
from fettle.web.pms.shapes import Shape, known_instant

_MAX_CHARACTERS: Final = 16_384
# EdDSA, ES256, RS256, as COSE numbers them: what devices have.
_ALGORITHMS: Final = (-8, -7, -257)
_TIMEOUT_MS: Final = CHALLENGE_LASTS_S * 1000

Encoded = Annotated[str, Meta(max_length=_MAX_CHARACTERS)]


class DeviceResponse(Struct, frozen=True):
    """What a device answered, base64url; what else browsers tell is passed over."""

    client_data_json: Encoded = field(name="clientDataJSON")
    attestation_object: Encoded | UnsetType = field(name="attestationObject", default=UNSET)
    authenticator_data: Encoded | UnsetType = field(name="authenticatorData", default=UNSET)
    signature: Encoded | UnsetType = UNSET


class DeviceAnswer(Struct, rename="camel", frozen=True):
    """What `PublicKeyCredential.toJSON()` gives in a browser."""

    id: Encoded
    raw_id: Encoded
    type: Encoded
    response: DeviceResponse

    @property
    def answer(self) -> dict[str, Any]:
        """As the verifier takes it."""
        sent = self.response
        response = {
            "clientDataJSON": sent.client_data_json,
            "attestationObject": sent.attestation_object,
            "authenticatorData": sent.authenticator_data,
            "signature": sent.signature,
        }
        told = {name: value for name, value in response.items() if value is not UNSET}
        return {"id": self.id, "rawId": self.raw_id, "type": self.type, "response": told}


class PasskeyShape(Shape, frozen=True):
    """A passkey of the caller's."""

    id: Uuid
    name: str
    created_at: DateTime
    last_used_at: DateTime | UnsetType


class Party(Shape, frozen=True):
    """Whom a passkey is made for: the site."""

    id: str
    name: str


class Person(Shape, frozen=True):
    """The person, as devices show it; the id is base64url."""

    id: str
    name: str
    display_name: str


class Algorithm(Shape, frozen=True):
    """A kind of key that is taken."""

    alg: int
    type: str = "public-key"


class Known(Shape, frozen=True):
    """A passkey that the person has."""

    id: str
    type: str = "public-key"


class Selection(Shape, frozen=True):
    """What a device must do: verify the person."""

    resident_key: str = "preferred"
    user_verification: str = "required"


class RegistrationOptions(Shape, frozen=True):
    """For `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`."""

    rp: Party
    user: Person
    challenge: str
    pub_key_cred_params: list[Algorithm]
    timeout: int
    exclude_credentials: list[Known]
    authenticator_selection: Selection
    attestation: str = "none"


class SigningOptions(Shape, frozen=True):
    """For `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`."""

    challenge: str
    rp_id: str
    allow_credentials: list[Known]
    timeout: int
    user_verification: str = "required"


class Registration(Shape, frozen=True):
    """What to hand to the browser."""

    public_key: RegistrationOptions


class Signing(Shape, frozen=True):
    """What to hand to the browser."""

    public_key: SigningOptions


def passkey_shape(passkey: Passkey) -> PasskeyShape:
    """One passkey."""
    made, used = show_instant(passkey.created_at), known_instant(passkey.last_used_at)
    return PasskeyShape(passkey.id, passkey.name, made, used)


def registration(asked: Asked) -> Registration:
    """The question to a device for a new passkey."""
    user = asked.user
    options = RegistrationOptions(
        rp=Party(asked.site.host, "Fettle"),
        user=Person(_encode(UUID(user.id).bytes), user.email, printed_name(user)),
        challenge=_encode(bytes.fromhex(asked.challenge.sha256)),
        pub_key_cred_params=[Algorithm(number) for number in _ALGORITHMS],
        timeout=_TIMEOUT_MS,
        exclude_credentials=_known(asked),
        authenticator_selection=Selection(),
    )
    return Registration(options)


def signing(asked: Asked) -> Signing:
    """The question to a device for a signature."""
    challenge = _encode(bytes.fromhex(asked.challenge.sha256))
    return Signing(SigningOptions(challenge, asked.site.host, _known(asked), _TIMEOUT_MS))


def _known(asked: Asked) -> list[Known]:
    return [Known(passkey.credential_id) for passkey in asked.passkeys]


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
