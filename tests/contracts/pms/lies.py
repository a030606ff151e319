"""Answers of a device that must not count, each wrong in one thing only."""

from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from tests.contracts.pms.authenticator import Authenticator, encode
from tests.contracts.pms.client import Json


def other_origin(device: Authenticator, question: Json) -> Json:
    return Authenticator.get(_changed(device, origin="https://evil.example"), question)


def other_host(device: Authenticator, question: Json) -> Json:
    return Authenticator.get(_changed(device, host="evil.example"), question)


def unverified(device: Authenticator, question: Json) -> Json:
    return Authenticator.get(_changed(device, verifies=False), question)


def other_challenge(device: Authenticator, _question: Json) -> Json:
    return device.get({"publicKey": {"challenge": encode(bytes(32))}})


def counter_back(device: Authenticator, question: Json) -> Json:
    device.count = 2
    return device.get(question)


def other_key(device: Authenticator, question: Json) -> Json:
    return Authenticator.get(_changed(device, key=ec.generate_private_key(ec.SECP256R1())), question)


def unknown(device: Authenticator, question: Json) -> Json:
    return Authenticator(device.origin).get(question)


def cut(device: Authenticator, question: Json) -> Json:
    answer = device.get(question)
    answer["response"]["authenticatorData"] = answer["response"]["authenticatorData"][:20]
    return answer


def of_registration(device: Authenticator, question: Json) -> Json:
    return Authenticator.get(_changed(device, signs="webauthn.create"), question)


def no_base64(device: Authenticator, question: Json) -> Json:
    answer = device.get(question)
    return answer | {"response": answer["response"] | {"signature": "é!"}}


def _changed(device: Authenticator, **claims: object) -> Authenticator:
    made = Authenticator(device.origin)
    made.__dict__.update({**device.__dict__, "count": device.count + 10, **claims})
    return made


LIES: Final[list[Callable[[Authenticator, Json], Json]]] = [
    *(other_origin, other_host, unverified, other_challenge, counter_back, other_key, unknown, cut),
    *(of_registration, no_base64),
]
