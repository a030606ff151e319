"""A device that holds passkeys, in software: written from WebAuthn itself, and able to lie wherever a device could."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

Json = dict[str, Any]
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One passkey for one site; what a test sets here is what the device claims."""

    def __init__(self, origin: str, host: str = "localhost") -> None:
        self.origin = origin
        self.host = host
        self.count = 0
        self.verifies = True
        self.is_present = True
        self.signs = "webauthn.get"
        self.credential_id = os.urandom(16)
        self.key = ec.generate_private_key(ec.SECP256R1())

    @property
    def id(self) -> str:
        return encode(self.credential_id)

    def create(self, options: Json) -> Json:
        """Answer `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(key)
        data = self._authenticator_data(_ATTESTED) + attested
        client_data = self._client_data("webauthn.create", options["publicKey"]["challenge"])
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": encode(client_data), "attestationObject": encode(attestation)}
        return self._credential({**response, "transports": ["internal"]})

    def get(self, options: Json) -> Json:
        """Answer `navigator.credentials.get`."""
        self.count += 1
        data = self._authenticator_data(0)
        client_data = self._client_data(self.signs, options["publicKey"]["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": encode(client_data),
            "authenticatorData": encode(data),
            "signature": encode(signature),
            "userHandle": None,
        }
        return self._credential(response)

    def _credential(self, response: Json) -> Json:
        """As `PublicKeyCredential.toJSON()` gives it."""
        named = {"id": self.id, "rawId": self.id, "type": "public-key", "clientExtensionResults": {}}
        return {**named, "authenticatorAttachment": "platform", "response": response}

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        flags |= (_PRESENT if self.is_present else 0) | (_VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
