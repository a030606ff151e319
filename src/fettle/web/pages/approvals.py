"""What waits for the reader's answer, with what is new in it; and the answer, with one tap."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.errors import FettleError
from fettle.domain.evidence import Evidence
from fettle.domain.messages import sentence_of
from fettle.domain.news import DocumentNews
from fettle.domain.people import Scope
from fettle.domain.sentences import Sentence
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.questions import Question, Questions
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.people import names_of, reader_of
from fettle.web.pages.rendering import is_fragment, redirect, render
from fettle.web.pages.words import FIELD_WORDS, STATUS_WORDS
from fettle.web.problems import status_of

pages: Final = Pages()
_SHOWN: Final = 20
_NOTHING: Final = "—"
_STEPS: Final = Sentence("{count} kinds of photo", "{count} sortes de photos")


class DecisionForm(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer, and the content that it is about: what the page showed."""

    status: Literal["APPROVED", "REJECTED"]
    seen: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    comment: Annotated[str, Meta(max_length=10_000)] = ""


class ApprovalsQuery(Struct, frozen=True):
    """What was just answered, to say so: the number of the work order, and how."""

    answered: int | None = None
    status: Literal["APPROVED", "REJECTED"] | None = None


class Change(NamedTuple):
    """A field, what it said when the reader last answered, and what it says now."""

    field: str
    word: str
    old: str
    new: str


class Card(NamedTuple):
    """A question as its reader sees it; `bar` is why they may not approve, `refused` what became of their answer."""

    order: WorkOrder
    approval: Approval
    others: list[Approval]
    documents: list[Evidence]
    question: Question
    changes: list[Change]
    added: list[str]
    arrived: list[str]
    removed: list[str]
    component: str
    part_number: str | None
    bar: str | None
    refused: str | None
    typed: str
    is_late: bool


class _Refused(NamedTuple):
    form: DecisionForm
    error: FettleError


@pages("GET", "/approvals", query=ApprovalsQuery)
async def show_approvals(call: Call, query: ApprovalsQuery) -> Response:
    """All that waits, the most urgent first."""
    return await _page(call, query)


@pages("POST", "/approvals/{id}", scope=Scope.APPROVALS, fields=DecisionForm, status=303)
async def decide(call: Call, form: DecisionForm) -> Response:
    """Answer; a refusal is told where the question is, with the reason as it was typed."""
    status = ApprovalStatus(form.status)
    try:
        await call.services.approvals.decide(
            call.intent(), call.order.id, call.caller.user_id, status, form.comment.strip() or None, form.seen
        )
    except FettleError as error:
        return await _page(call, ApprovalsQuery(), _Refused(form, error))
    return redirect(f"/approvals?answered={call.order.wo_number}&status={form.status}")


async def _page(call: Call, query: ApprovalsQuery, refused: _Refused | None = None) -> Response:
    found, names = await call.services.reading.questions(call.caller, _SHOWN), await names_of(call)
    cards = [_card(call, question, found, names, refused) for question in found.items]
    said = None
    if refused is not None and not any(card.refused for card in cards):
        said = sentence_of(refused.error, call.language)
    status = 200 if refused is None else status_of(refused.error)
    about: dict[str, Any] = {"cards": cards, "found": found, "names": names, "answered": query, "said": said}
    about["may_answer"] = Scope.APPROVALS in call.caller.scopes
    if is_fragment(call):
        return render(call, "approvals_list.html", status=status, is_part=True, **about)
    return render(call, "approvals.html", status=status, is_part=False, reader=await reader_of(call), **about)


def _card(call: Call, question: Question, found: Questions, names: Mapping[str, str], refused: _Refused | None) -> Card:
    order, is_mine = question.order, refused is not None and call.order.id == question.order.id
    documents = {news: _named(question, news) for news in DocumentNews}
    return Card(
        order,
        question.approval,
        question.others,
        question.documents,
        question,
        _changes(question, {**names, **found.labels}, call.language),
        *(documents[DocumentNews.ADDED], documents[DocumentNews.ARRIVED], documents[DocumentNews.REMOVED]),
        component=found.labels.get(order.component_id, _NOTHING),
        part_number=found.labels.get(order.part_number_id or ""),
        bar=None if question.bar is None else sentence_of(question.bar, call.language),
        refused=sentence_of(refused.error, call.language) if refused and is_mine else None,
        typed=refused.form.comment if refused and is_mine else "",
        is_late=order.deadline is not None and order.deadline < call.services.clock.now(),
    )


def _named(question: Question, wanted: DocumentNews) -> list[str]:
    return [name or _NOTHING for name, news in question.news.documents if news is wanted]


def _changes(question: Question, names: Mapping[str, str], language: str) -> list[Change]:
    return [
        Change(field, FIELD_WORDS[field].to(language), *(_shown(field, value, names, language) for value in both))
        for field, both in question.news.changes.items()
    ]


def _shown(field: str, value: Any, names: Mapping[str, str], language: str) -> str:
    """Ids by their names; an instant as it is, for the page to show in the reader's zone."""
    if value in {None, ""} if not isinstance(value, list) else not value:
        return _NOTHING
    if field == "status":
        return STATUS_WORDS[Status(value)].to(language)
    if field == "required_photos":
        return _STEPS.to(language).format(count=len(value))
    return names.get(value, _NOTHING) if field.endswith("_id") else str(value)
