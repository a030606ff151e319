"""What a log entry says to a person: rendered when it is read, from its type and data, in the reader's language."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from fettle.domain.activity import Entry, EntryType, said_in
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.erasures import Erasable
from fettle.domain.sentences import Sentence

_Change = tuple[Any, Any]


class _Data(msgspec.Struct):
    """The part of an entry's data that its sentence needs."""

    name: str = "…"
    approver_user_id: str = "…"
    comment: str | None = None
    reason: str | None = None
    statement_sha256: str | None = None
    signer_name: str = "…"
    meaning: str = "…"
    changes: dict[str, _Change] = {}
    what: list[str] = []


_SENTENCES: Final = {
    EntryType.CREATED: Sentence("Work order created", "Ordre de travail créé"),
    EntryType.EDITED: Sentence("Changed: {fields}", "Modifié : {fields}"),
    EntryType.STATUS_CHANGED: Sentence("Status changed from {old} to {new}", "Statut changé de {old} à {new}"),
    EntryType.ATTACHMENT_ADDED: Sentence("Attachment “{name}” added", "Pièce jointe « {name} » ajoutée"),
    EntryType.ATTACHMENT_COMPLETED: Sentence(
        "The file of attachment “{name}” has arrived", "Le fichier de la pièce jointe « {name} » est arrivé"
    ),
    EntryType.ATTACHMENT_DELETED: Sentence("Attachment “{name}” deleted", "Pièce jointe « {name} » supprimée"),
    EntryType.PHOTO_ADDED: Sentence("Photo “{name}” added", "Photo « {name} » ajoutée"),
    EntryType.PHOTO_ADDED_LATE: Sentence("Photo “{name}” arrived late", "Photo « {name} » arrivée en retard"),
    EntryType.LATE_PHOTO_ACCEPTED: Sentence("Late photo “{name}” accepted", "Photo tardive « {name} » acceptée"),
    EntryType.LATE_PHOTO_REJECTED: Sentence("Late photo “{name}” rejected", "Photo tardive « {name} » refusée"),
    EntryType.PHOTO_LINK_CHANGED: Sentence("Link of photo “{name}” renewed", "Lien de la photo « {name} » renouvelé"),
    EntryType.PHOTO_DELETED: Sentence("Photo “{name}” deleted", "Photo « {name} » supprimée"),
    EntryType.EVIDENCE_STATE_CHANGED: Sentence("“{name}” {state}", "« {name} » {state}"),
    EntryType.REQUIRED_PHOTOS_CHANGED: Sentence("Required photos changed", "Photos exigées modifiées"),
    EntryType.APPROVAL_REQUESTED: Sentence(
        "Approval requested from {approver_user_id}", "Approbation demandée à {approver_user_id}"
    ),
    EntryType.APPROVAL_GIVEN: Sentence("Approved", "Approuvé"),
    EntryType.APPROVAL_REJECTED: Sentence("Rejected", "Rejeté"),
    EntryType.APPROVAL_WITHDRAWN: Sentence(
        "Request for approval to {approver_user_id} withdrawn",
        "Demande d'approbation à {approver_user_id} retirée",
    ),
    EntryType.EVIDENCE_BYTES_REMOVED: Sentence(
        "The bytes of “{name}” were removed for good", "Les octets de « {name} » ont été supprimés définitivement"
    ),
    EntryType.LEGAL_HOLD_SET: Sentence("Legal hold set", "Conservation légale décidée"),
    EntryType.LEGAL_HOLD_LIFTED: Sentence("Legal hold lifted", "Conservation légale levée"),
    EntryType.ERASED: Sentence("Erased: {what}", "Effacé : {what}"),
}
_STATES: Final = {
    "referenced": Sentence("is awaited", "est attendu"),
    "stored": Sentence("has been found and kept", "a été trouvé et conservé"),
    "missing": Sentence("was not found", "n'a pas été trouvé"),
    "damaged": Sentence("is damaged", "est endommagé"),
}
_FIELDS: Final = {
    "name": Sentence("name", "nom"),
    "description": Sentence("description", "description"),
    "component_id": Sentence("component", "composant"),
    "part_number_id": Sentence("part number", "numéro de pièce"),
    "phase": Sentence("phase", "phase"),
    "quantity": Sentence("quantity", "quantité"),
    "assignee_user_id": Sentence("assignee", "responsable"),
    "deadline": Sentence("deadline", "échéance"),
}


_SIGNED: Final = Sentence(", signed by {name}: “{meaning}”", ", signé par {name} : « {meaning} »")
_ERASABLES: Final = {
    Erasable.COMMENTS: Sentence("comments", "commentaires"),
    Erasable.DESCRIPTION: Sentence("description", "description"),
    Erasable.CAPTIONS: Sentence("captions", "légendes"),
    Erasable.LINKS: Sentence("links", "liens"),
    Erasable.FILE_NAMES: Sentence("file names", "noms de fichiers"),
    Erasable.PLACES: Sentence("places", "lieux"),
    Erasable.BYTES: Sentence("originals", "originaux"),
}
_COMMENT: Final = Sentence("Comment", "Commentaire")
_TEXT_ERASED: Final = Sentence("{said} [text erased]", "{said} [texte effacé]")
_ASKED_AGAIN: Final = Sentence("; approvals asked for again: {count}", " ; approbations redemandées : {count}")


def message_of(entry: Entry, language: str) -> str:
    """The sentence of an entry in "en" or "fr"; a comment speaks for itself, and a reason or remark is appended.

    Of an entry whose texts were erased it says that they were.
    """
    data = msgspec.convert(said_in(entry), _Data)
    said = _said(entry, data, language)
    return _in(_TEXT_ERASED, language).format(said=said) if entry.is_erased else said


def _said(entry: Entry, data: _Data, language: str) -> str:
    if entry.type is EntryType.COMMENTED:
        return data.comment or (_in(_COMMENT, language) if entry.is_erased else "")
    template = _in(_SENTENCES[entry.type], language)
    extra = _EXTRA.get(entry.type)
    said = template.format(
        name=data.name, approver_user_id=data.approver_user_id, **(extra(data, language) if extra else {})
    )
    again = sum(_is_asked_again(field, change) for field, change in data.changes.items())
    if again and entry.type is not EntryType.APPROVAL_REQUESTED:
        said += _in(_ASKED_AGAIN, language).format(count=again)
    if data.statement_sha256 is not None:
        said += _in(_SIGNED, language).format(name=data.signer_name, meaning=data.meaning)
    remark = data.reason or data.comment
    return said if remark is None else f"{said}{' : ' if language == 'fr' else ': '}{remark}"


def _in(sentence: Sentence, language: str) -> str:
    return sentence.fr if language == "fr" else sentence.en


def _fields(data: _Data, language: str) -> dict[str, str]:
    changed = (field for field, change in data.changes.items() if not _is_asked_again(field, change))
    named = (_in(_FIELDS[field], language) if field in _FIELDS else field for field in changed)
    return {"fields": ", ".join(named)}


def _is_asked_again(field: str, change: _Change) -> bool:
    return field.startswith("approvals.") and change[1] == ApprovalStatus.PENDING


def _status(data: _Data, _language: str) -> dict[str, str]:
    old, new = data.changes.get("status", ("…", "…"))
    return {"old": old, "new": new}


def _state(data: _Data, language: str) -> dict[str, str]:
    new = next((new for field, (_, new) in data.changes.items() if field.endswith(".state")), None)
    return {"state": _in(_STATES[new], language) if new in _STATES else "…"}


def _what(data: _Data, language: str) -> dict[str, str]:
    return {"what": ", ".join(_in(_ERASABLES[Erasable(each)], language) for each in data.what)}


_EXTRA: Final[dict[EntryType, Callable[[_Data, str], dict[str, str]]]] = {
    EntryType.EDITED: _fields,
    EntryType.STATUS_CHANGED: _status,
    EntryType.EVIDENCE_STATE_CHANGED: _state,
    EntryType.ERASED: _what,
}
