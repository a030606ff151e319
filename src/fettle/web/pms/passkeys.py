"""The passkeys of who is signed in, below `/v1`."""

from collections.abc import Awaitable, Callable
from typing import Final

from fettle.domain.accounts import require_user_token
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Name
from fettle.web.operations import Operation, Operations
from fettle.web.pms.passkey_shapes import DeviceAnswer, PasskeyShape, Registration, passkey_shape, registration
from fettle.web.pms.shapes import CREATED, REPLAYED, Body, Data, Made, created, replay_headers, show
from fettle.web.sign_ins import SignIns

_PATH: Final = "/v1/me/passkeys"
_ERRORS: Final = ("USER_TOKEN_REQUIRED", "PASSKEYS_UNAVAILABLE")
_ANSWER: Final = {
    "id": "QUJD",
    "rawId": "QUJD",
    "type": "public-key",
    "response": {"clientDataJSON": "e30", "attestationObject": "oA"},
}


class PasskeyQuestion(Body, frozen=True):
    """The caller's password, again."""

    password: str


class PasskeyBody(Body, frozen=True):
    """What the device answered, and what the person calls it."""

    name: Name
    credential: DeviceAnswer


def passkey_operations(sign_ins: SignIns) -> list[Operation]:
    """All operations; guessing the password is throttled like signing in."""
    declare = Operations("passkeys")
    declare(
        "POST",
        f"{_PATH}/registration-options",
        scope=Scope.READ,
        body=PasskeyQuestion,
        answer=Data[Registration],
        errors=(*_ERRORS, "WRONG_PASSWORD", "TOO_MANY_PASSKEYS"),
        examples={"body": {"password": "correct horse battery"}},
    )(_begin(sign_ins))
    declare(
        "POST",
        _PATH,
        scope=Scope.READ,
        status=201,
        body=PasskeyBody,
        answer=Data[Made],
        headers=CREATED,
        errors=_ERRORS,
        examples={"body": {"name": "Telephone", "credential": _ANSWER}},
    )(register)
    declare("GET", _PATH, scope=Scope.READ, answer=Data[list[PasskeyShape]], errors=_ERRORS[:1])(list_passkeys)
    declare(
        "DELETE",
        f"{_PATH}/{{passkeyId}}",
        scope=Scope.READ,
        answer=Data[Made],
        headers=REPLAYED,
        errors=(*_ERRORS[:1], "NOT_FOUND"),
    )(remove)
    return declare.all


def _begin(sign_ins: SignIns) -> Callable[[Call, PasskeyQuestion], Awaitable[Response]]:
    async def begin(call: Call, body: PasskeyQuestion) -> Response:
        """Ask for what a browser registers a passkey with; it may be answered for five minutes, once."""
        services = call.services
        require_user_token(call.caller)
        services.passkeys.require_available()
        with sign_ins.attempt(call.client, call.caller.user_id):
            proof = await services.proofs.password(call.caller, body.password)
        return show(registration(await services.passkeys.begin(call.intent(), proof)))

    return begin


async def register(call: Call, body: PasskeyBody) -> Response:
    """Register a passkey with what the browser answered."""
    done = await call.services.passkeys.register(call.intent(), body.name, body.credential.answer)
    return created(Made(done.id), f"{_PATH}/{done.id}", done)


async def list_passkeys(call: Call) -> Response:
    """List your passkeys."""
    return show([passkey_shape(passkey) for passkey in await call.services.passkeys.of_caller(call.caller)])


async def remove(call: Call) -> Response:
    """Take one of your passkeys away; what it signed stays verifiable."""
    done = await call.services.passkeys.remove(call.intent(), call.params["passkeyId"])
    return show(Made(done.id), headers=replay_headers(done))
