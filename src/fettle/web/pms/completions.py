"""Completing a work order with a signature, below `/v1`."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Final

from msgspec import Meta

from fettle.domain.accounts import require_user_token
from fettle.domain.completions import DEFAULT_MEANING, MAX_MEANING_CHARACTERS
from fettle.domain.errors import invalid_field
from fettle.domain.passkeys import Purpose
from fettle.domain.people import Scope
from fettle.services.completions import Wish
from fettle.services.proofs import Proof
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Comment, Uuid, optional_uuid_of, sha256_of
from fettle.web.operations import Operation, Operations
from fettle.web.pms.order_shapes import CHANGED_HEADERS, Changed, show_change
from fettle.web.pms.passkey_shapes import DeviceAnswer, Signing, signing
from fettle.web.pms.shapes import CHANGE_ERRORS, ORDER_ERRORS, Body, Data, show
from fettle.web.sign_ins import SignIns

_ERRORS: Final = (
    *ORDER_ERRORS,
    *CHANGE_ERRORS,
    *("PRECONDITION_FAILED", "ROLE_NOT_ALLOWED", "ILLEGAL_MOVE", "PHOTOS_MISSING", "CONTENT_CHANGED"),
    *("USER_TOKEN_REQUIRED", "PASSKEYS_UNAVAILABLE"),
)
Meaning = Annotated[str, Meta(min_length=1, max_length=MAX_MEANING_CHARACTERS)]
Sha256 = Annotated[str, Meta(extra_json_schema={"minLength": 64, "maxLength": 64})]


class WishBody(Body, frozen=True):
    """What the signer says; without a `meaning` a sentence that says that the work is done.

    `contentSha256` is that of the content which the signer saw: the signature counts for no other. `drawnSignature` is
    the `file_name` of a PNG or JPEG that the signer sent with POST /files, kept beside.
    """

    meaning: Meaning | None = None
    content_sha256: Sha256 | None = None
    drawn_signature: Uuid | None = None
    comment: Comment | None = None


class CompletionBody(WishBody, frozen=True):
    """As the question to a passkey, with its answer in `passkey`; or with the signer's `password` again."""

    password: str | None = None
    passkey: DeviceAnswer | None = None


def completion_operations(sign_ins: SignIns) -> list[Operation]:
    """Both operations; guessing the password is throttled like signing in."""
    declare = Operations("completions")
    declare(
        "POST",
        "/v1/work-orders/{id}/completion",
        scope=Scope.STATUS,
        body=CompletionBody,
        answer=Data[Changed],
        headers=CHANGED_HEADERS,
        errors=(*_ERRORS, "WRONG_PASSWORD", "WRONG_PASSKEY"),
        examples={"body": {"password": "correct horse battery", "meaning": "Done as described, and checked."}},
    )(_complete(sign_ins))
    declare(
        "POST",
        "/v1/work-orders/{id}/completion/passkey-options",
        scope=Scope.STATUS,
        body=WishBody,
        answer=Data[Signing],
        errors=(*_ERRORS, "NO_PASSKEY"),
        examples={"body": {"meaning": "Done as described, and checked."}},
    )(ask_passkey)
    return declare.all


async def ask_passkey(call: Call, body: WishBody) -> Response:
    """Ask for what a passkey signs a completion with; it may be answered for five minutes, once.

    The challenge is the hash of what is signed (docs/proof.md): the completion has to say the same again.
    """
    services = call.services
    services.passkeys.require_available()
    done = await services.completions.ask(call.intent(), call.order.id, wish_of(call, body))
    return show(signing(await services.passkeys.asked(call.caller, Purpose.SIGN, done.id)))


def wish_of(call: Call, body: WishBody) -> Wish:
    """What the signer says; the meaning in the language of the request where none is sent."""
    meaning = DEFAULT_MEANING.to(call.language) if body.meaning is None else body.meaning
    seen = sha256_of(body.content_sha256, "contentSha256")
    return Wish(meaning, seen, optional_uuid_of(body.drawn_signature, "drawnSignature"), body.comment)


def _complete(sign_ins: SignIns) -> Callable[[Call, CompletionBody], Awaitable[Response]]:
    async def complete(call: Call, body: CompletionBody) -> Response:
        """Complete a work order and sign for it.

        It goes from PRODUCTION to COMPLETE as by `/status`, and the signature stands in its log.
        """
        wish = wish_of(call, body)
        _require_provable(call, body)
        with sign_ins.attempt(call.client, call.caller.user_id):
            proof = await _prove(call, body)
        done = await call.services.completions.complete(call.intent(), call.order.id, wish, proof)
        return await show_change(call, done)

    return complete


def _require_provable(call: Call, body: CompletionBody) -> None:
    """Raise what says nothing of a password or passkey, and so is no failed attempt."""
    require_user_token(call.caller)
    if (body.password is None) == (body.passkey is None):
        raise invalid_field("password", "one_proof")
    if body.passkey is not None:
        call.services.passkeys.require_available()


async def _prove(call: Call, body: CompletionBody) -> Proof:
    if body.passkey is not None:
        return await call.services.proofs.passkey(call.caller, call.order.id, body.passkey.answer)
    return await call.services.proofs.password(call.caller, body.password or "")
