"""What is done on the page of a work order: moves, signatures, approvals, comments."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from msgspec import Meta, Struct

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.completions import MAX_MEANING_CHARACTERS
from fettle.domain.errors import FettleError, invalid_field
from fettle.domain.limits import MAX_COMMENT_CHARACTERS
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.services.completions import Wish
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import uuid_of
from fettle.web.operations import Operation
from fettle.web.pages.declaring import Pages
from fettle.web.pages.order_page import Refused, after, order_page
from fettle.web.sign_ins import SignIns

# Browsers end the lines of a form with two characters.
_Text = Annotated[str, Meta(max_length=2 * MAX_COMMENT_CHARACTERS)]


class MoveForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to, and why."""

    to: Status
    comment: _Text = ""


class DecisionForm(Struct, frozen=True, forbid_unknown_fields=True):
    """The reader's answer; `seen` is the hash of the content that the page showed."""

    status: Literal["APPROVED", "REJECTED"]
    seen: str
    comment: _Text = ""


class AskForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is asked to approve."""

    approver: str


class WithdrawalForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose approval is no longer asked for, and why."""

    approver: str
    comment: _Text = ""


class CommentForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What the reader has to say."""

    comment: _Text = ""


class CompletionForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What the signer says, and the password again; `seen` is the hash of the content that the page showed."""

    meaning: Annotated[str, Meta(max_length=MAX_MEANING_CHARACTERS)]
    seen: str
    password: Annotated[str, Meta(max_length=1024)]
    comment: _Text = ""


def order_acts(sign_ins: SignIns) -> list[Operation]:
    """All of them; guessing the password of a signature is throttled like signing in."""
    pages = Pages()

    def declare(path: str, scope: Scope, fields: type, handler: Callable[..., Awaitable[Response]]) -> None:
        pages("POST", f"/orders/{{id}}/{path}", scope=scope, fields=fields, status=303)(handler)

    declare("moves", Scope.STATUS, MoveForm, move)
    declare("completion", Scope.STATUS, CompletionForm, _complete(sign_ins))
    declare("decision", Scope.APPROVALS, DecisionForm, decide)
    declare("approvals", Scope.APPROVALS, AskForm, ask)
    declare("withdrawal", Scope.APPROVALS, WithdrawalForm, withdraw)
    declare("comments", Scope.COMMENTS, CommentForm, comment)
    return pages.all


async def move(call: Call, form: MoveForm) -> Response:
    """Move the order along its life."""
    comment = _plain(form.comment)
    try:
        await call.services.work_orders.move(call.intent(), call.order.id, form.to, comment or None)
    except FettleError as error:
        return await order_page(call, Refused(f"move-{form.to.value}", error, comment))
    return await after(call)


async def decide(call: Call, form: DecisionForm) -> Response:
    """Approve or reject what the page showed."""
    comment, status = _plain(form.comment), ApprovalStatus(form.status)
    me = call.caller.user_id
    try:
        await call.services.approvals.decide(call.intent(), call.order.id, me, status, comment or None, form.seen)
    except FettleError as error:
        return await order_page(call, Refused("decision", error, comment))
    return await after(call)


async def ask(call: Call, form: AskForm) -> Response:
    """Ask somebody to approve."""
    try:
        await call.services.approvals.ask(call.intent(), call.order.id, uuid_of(form.approver, "approver"))
    except FettleError as error:
        return await order_page(call, Refused("ask", error))
    return await after(call)


async def withdraw(call: Call, form: WithdrawalForm) -> Response:
    """Ask somebody no longer."""
    comment, intent = _plain(form.comment), call.intent()
    try:
        approver = uuid_of(form.approver, "approver")
        await call.services.approvals.withdraw(intent, call.order.id, approver, comment or None)
    except FettleError as error:
        return await order_page(call, Refused(f"withdrawal-{form.approver}", error, comment))
    return await after(call)


async def comment(call: Call, form: CommentForm) -> Response:
    """Comment on the order."""
    text = _plain(form.comment)
    try:
        if not text:
            raise invalid_field("comment", "required")
        await call.services.work_orders.comment(call.intent(), call.order.id, text)
    except FettleError as error:
        return await order_page(call, Refused("comment", error, text))
    return await after(call)


def _complete(sign_ins: SignIns) -> Callable[[Call, CompletionForm], Awaitable[Response]]:
    async def complete(call: Call, form: CompletionForm) -> Response:
        """Complete the order and sign for it."""
        comment, services = _plain(form.comment), call.services
        try:
            with sign_ins.attempt(call.client, call.caller.user_id):
                proof = await services.proofs.password(call.caller, form.password)
            wish = Wish(_plain(form.meaning), form.seen, None, comment or None)
            await services.completions.complete(call.intent(), call.order.id, wish, proof)
        except FettleError as error:
            return await order_page(call, Refused(f"move-{Status.COMPLETE.value}", error, comment))
        return await after(call)

    return complete


def _plain(text: str) -> str:
    """A text as it was typed, without what surrounds it."""
    return text.replace("\r\n", "\n").strip()
