"""Passkeys below the dialects: time and races, what is kept for an auditor, and answers that were made up."""

import asyncio
import contextlib
import dataclasses
import json
from collections import Counter
from collections.abc import AsyncIterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fettle.build import Parts, open_parts
from fettle.domain.errors import FettleError, Invalid, Unauthenticated
from fettle.domain.instants import SECOND
from fettle.domain.passkeys import CHALLENGE_LASTS_S, MAX_PASSKEYS, Passkey, Purpose, Site
from fettle.domain.people import Scope
from fettle.domain.verification import Finding, Problem
from fettle.domain.work_orders import Status
from fettle.passkeys import WebAuthn
from fettle.services.completions import Wish
from fettle.services.proofs import PasskeyProof
from fettle.settings import Settings
from fettle.web.pms.passkey_shapes import registration, signing
from tests.contracts.pms.authenticator import Authenticator, Json, decode, encode
from tests.services.conftest import PASSWORD, Company
from tests.services.test_verification import Run, found, run

__all__ = ["run"]
_ORIGIN = "http://localhost:8000"
_AT_ONCE = 50


@pytest.fixture
async def parts(settings: Settings) -> AsyncIterator[Parts]:
    async with open_parts(dataclasses.replace(settings, public_url=_ORIGIN), is_server=False) as opened:
        yield opened


@pytest.fixture
async def device(company: Company) -> Authenticator:
    made = Authenticator(_ORIGIN)
    await _register(company, made)
    return made


async def _register(company: Company, device: Authenticator) -> str:
    services, intent = company.parts.services, company.intent(Scope.READ)
    proof = await services.proofs.password(company.admin, PASSWORD)
    asked = msgspec.to_builtins(registration(await services.passkeys.begin(intent, proof)))
    return (await services.passkeys.register(intent, "Telephone", device.create(asked))).id


async def _begun(company: Company) -> str:
    order_id = await company.order()
    for to in (Status.REVIEW, Status.PRODUCTION):
        await company.parts.services.work_orders.move(company.intent(Scope.STATUS), order_id, to)
    return order_id


async def _ask(company: Company, order_id: str) -> Json:
    services = company.parts.services
    await services.completions.ask(company.intent(Scope.STATUS), order_id, Wish("done"))
    question: Json = msgspec.to_builtins(signing(await services.passkeys.asked(company.admin, Purpose.SIGN, order_id)))
    return question


async def _sign(company: Company, order_id: str, answer: Json) -> str:
    services = company.parts.services
    try:
        proof = await services.proofs.passkey(company.admin, order_id, answer)
        await services.completions.complete(company.intent(Scope.STATUS), order_id, Wish("done"), proof)
    except FettleError as refused:
        return refused.code
    return ""


async def test_fifty_answers_at_once_are_one_signature(company: Company, device: Authenticator) -> None:
    order_id = await _begun(company)
    question = await _ask(company, order_id)
    answers = [device.get(question) for _ in range(_AT_ONCE)]
    outcomes = Counter(await asyncio.gather(*(_sign(company, order_id, answer) for answer in answers)))
    assert outcomes[""] == 1
    assert outcomes.keys() <= {"", "ILLEGAL_MOVE", "WRONG_PASSKEY"}
    summary = await company.parts.services.reading.work_order(company.admin, order_id)
    assert (summary.order.status, len(summary.signatures)) == (Status.COMPLETE, 1)
    assert await found(company, order_id) == set()


async def test_a_challenge_is_over_after_five_minutes(company: Company, device: Authenticator) -> None:
    order_id, database = await _begun(company), company.parts.database
    answer = device.get(await _ask(company, order_id))
    challenge = await database.read(lambda tx: tx.passkeys.find_challenge(company.admin_id, Purpose.SIGN, order_id))
    assert challenge is not None
    now = company.parts.services.clock.now()
    assert abs(challenge.expires_at - now - CHALLENGE_LASTS_S * SECOND) < 60 * SECOND
    proof = await company.parts.services.proofs.passkey(company.admin, order_id, answer)
    over = msgspec.structs.replace(challenge, expires_at=now)
    await database.write(lambda tx: tx.passkeys.ask(over))
    assert await _sign(company, order_id, answer) == "WRONG_PASSKEY"
    assert isinstance(proof, PasskeyProof)
    late = proof._replace(challenge=over)  # it was over between the check and the command
    with pytest.raises(Unauthenticated):
        await company.parts.services.completions.complete(company.intent(Scope.STATUS), order_id, Wish("done"), late)


async def test_a_passkey_that_was_taken_away_signs_nothing_more(company: Company, device: Authenticator) -> None:
    order_id, services = await _begun(company), company.parts.services
    answer = device.get(await _ask(company, order_id))
    proof = await services.proofs.passkey(company.admin, order_id, answer)
    assert isinstance(proof, PasskeyProof)
    await services.passkeys.remove(company.intent(Scope.READ), proof.passkey.id)
    with pytest.raises(Unauthenticated):
        await services.completions.complete(company.intent(Scope.STATUS), order_id, Wish("done"), proof)


async def test_a_person_has_so_many_passkeys_and_no_more(company: Company) -> None:
    for _ in range(MAX_PASSKEYS):
        await _register(company, Authenticator(_ORIGIN))
    with pytest.raises(FettleError) as refused:
        await _register(company, Authenticator(_ORIGIN))
    assert refused.value.code == "TOO_MANY_PASSKEYS"


async def test_what_was_kept_stays_checkable_and_a_change_is_found(
    company: Company, device: Authenticator, run: Run
) -> None:
    order_id = await _begun(company)
    assert await _sign(company, order_id, device.get(await _ask(company, order_id))) == ""
    for passkey in await company.parts.services.passkeys.of_caller(company.admin):
        await company.parts.services.passkeys.remove(company.intent(Scope.READ), passkey.id)
    assert await found(company, order_id) == set()
    (signed,) = (await company.parts.services.reading.work_order(company.admin, order_id)).signatures
    assert signed.signature.assertion is not None
    other = Authenticator(_ORIGIN).get({"publicKey": {"challenge": encode(signed.signature.challenge)}})
    kept = json.loads(signed.signature.assertion) | {"signature": other["response"]["signature"]}
    run("UPDATE signatures SET assertion = ?", json.dumps(kept))
    problems = await found(company, order_id)
    assert {Problem(Finding.SIGNATURE_WRONG, "signature 4"), Problem(Finding.RECORD_DIFFERS, "signature 4")} <= problems


async def test_what_is_kept_is_for_one_challenge_and_a_verified_person(company: Company, device: Authenticator) -> None:
    order_id, holds = await _begun(company), WebAuthn().holds
    assert await _sign(company, order_id, device.get(await _ask(company, order_id))) == ""
    (signed,) = (await company.parts.services.reading.work_order(company.admin, order_id)).signatures
    kept, challenge = json.loads(signed.signature.assertion or ""), signed.signature.challenge
    assert holds(json.dumps(kept), challenge)
    assert not holds(json.dumps(kept), bytes(32))
    for field in kept.keys() - {"format"}:
        assert not holds(json.dumps({name: kept[name] for name in kept if name != field}), challenge)
        if field in {"authenticator_data", "client_data_json", "public_key", "signature"}:
            changed = bytearray(decode(kept[field]))
            changed[-1] ^= 1
            assert not holds(json.dumps(kept | {field: encode(bytes(changed))}), challenge), field
    for claim, lie in (("verifies", False), ("is_present", False), ("host", "elsewhere.example"), ("signs", "other")):
        truth = getattr(device, claim)
        assert holds(json.dumps(kept | _answered(device, challenge)), challenge)
        setattr(device, claim, lie)
        assert not holds(json.dumps(kept | _answered(device, challenge)), challenge), claim
        setattr(device, claim, truth)


def _answered(device: Authenticator, challenge: bytes) -> Json:
    answer = device.get({"publicKey": {"challenge": encode(challenge)}})["response"]
    return {
        "authenticator_data": answer["authenticatorData"],
        "client_data_json": answer["clientDataJSON"],
        "signature": answer["signature"],
    }


_SITE = Site("localhost", _ORIGIN)
_TEXTS = st.one_of(st.text(max_size=40), st.binary(max_size=200).map(encode))
_ANSWERS = st.fixed_dictionaries(
    {
        "id": _TEXTS,
        "rawId": _TEXTS,
        "type": st.sampled_from(["public-key", "x"]),
        "response": st.fixed_dictionaries(
            {"clientDataJSON": _TEXTS},
            optional={"attestationObject": _TEXTS, "authenticatorData": _TEXTS, "signature": _TEXTS},
        ),
    }
)


@given(answer=_ANSWERS, kept=_TEXTS)
@hypothesis_settings(max_examples=300, deadline=None)
def test_an_answer_that_was_made_up_is_refused_whatever_it_is(answer: Json, kept: str) -> None:
    passkey = Passkey("1", "1", "1", "x", answer["id"], kept, 0, 0)
    with pytest.raises(Unauthenticated):
        WebAuthn().used(answer, bytes(32), _SITE, passkey)
    with pytest.raises(Invalid):
        WebAuthn().registered(answer, bytes(32), _SITE)
    assert not WebAuthn().holds(kept, bytes(32))


@given(cut=st.integers(0, 400), flipped=st.integers(0, 400), value=st.integers(0, 255))
@hypothesis_settings(max_examples=300, deadline=None)
def test_a_damaged_attestation_is_refused_or_whole(cut: int, flipped: int, value: int) -> None:
    device = Authenticator(_ORIGIN)
    answer = device.create({"publicKey": {"challenge": encode(bytes(32))}})
    content = bytearray(decode(answer["response"]["attestationObject"]))
    content[flipped % len(content)] = value
    answer["response"]["attestationObject"] = encode(bytes(content[: len(content) - cut % len(content)]))
    with contextlib.suppress(Invalid):
        assert WebAuthn().registered(answer, bytes(32), _SITE).sign_count >= 0
