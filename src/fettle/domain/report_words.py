"""Every word of a printed report beside what people wrote, in English and French."""

from typing import Final

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.completions import Method
from fettle.domain.evidence import State
from fettle.domain.late_photos import LateState
from fettle.domain.pictures import Problem
from fettle.domain.sentences import Sentence
from fettle.domain.work_orders import Status

WORDS: Final = {
    "report": Sentence("Work order report", "Compte rendu d'ordre de travail"),
    "work order": Sentence("Work order", "Ordre de travail"),
    "in words": Sentence("Description", "Description"),
    "component": Sentence("Component", "Composant"),
    "part number": Sentence("Part number", "Numéro de pièce"),
    "quantity": Sentence("Quantity", "Quantité"),
    "phase": Sentence("Phase", "Phase"),
    "assignee": Sentence("Assigned to", "Responsable"),
    "deadline": Sentence("Deadline", "Échéance"),
    "created": Sentence("Created", "Créé"),
    "last change": Sentence("Last change", "Dernière modification"),
    "version": Sentence("Version", "Version"),
    "evidence": Sentence("Evidence", "Preuves"),
    "counted": Sentence(
        "photos:\u00a0{photos}, documents:\u00a0{documents}, log entries:\u00a0{entries}",
        "photos\u00a0:\u00a0{photos}, documents\u00a0:\u00a0{documents}, entrées de journal\u00a0:\u00a0{entries}",
    ),
    "by": Sentence("{when}, by {who}", "{when}, par {who}"),
    "approvals": Sentence("Approvals", "Approbations"),
    "no approvals": Sentence("No approval was asked for.", "Aucune approbation n'a été demandée."),
    "asked": Sentence("Asked by {who}, {when}", "Demandée par {who}, {when}"),
    "signatures": Sentence("Completion, signed", "Clôture signée"),
    "words erased": Sentence("(erased)", "(effacé)"),
    "documents": Sentence("Documents", "Documents"),
    "document": Sentence("Document {number}", "Document {number}"),
    "no documents": Sentence("No document is attached.", "Aucun document n'est joint."),
    "photos": Sentence("Photos", "Photos"),
    "photo": Sentence("Photo {number}", "Photo {number}"),
    "a document": Sentence("Document", "Document"),
    "a photo": Sentence("Photo", "Photo"),
    "no photos": Sentence("No photo was taken.", "Aucune photo n'a été prise."),
    "step": Sentence("Step", "Étape"),
    "no step": Sentence("Without a step", "Sans étape"),
    "before": Sentence("Before", "Avant"),
    "after": Sentence("After", "Après"),
    "before and after": Sentence("Before and after", "Avant et après"),
    "left out": Sentence(
        "Not printed: {count} more photos and documents, which the record and the evidence pack hold.",
        "Non imprimés : {count} autres photos et documents, qui figurent au dossier et au dossier de preuves.",
    ),
    "signatures left out": Sentence(
        "Not printed: the {count} oldest signatures, which the record and the evidence pack hold.",
        "Non imprimées : les {count} signatures les plus anciennes, qui figurent au dossier et au dossier de preuves.",
    ),
    "deleted left out": Sentence(
        "Not printed: the {count} oldest that were deleted, which the record and the evidence pack hold.",
        "Non imprimés : les {count} plus anciens éléments supprimés, qui figurent au dossier et au dossier de preuves.",
    ),
    "log left out": Sentence(
        "Not printed: the {count} oldest entries, which the record and the evidence pack hold.",
        "Non imprimées : les {count} entrées les plus anciennes, qui figurent au dossier et au dossier de preuves.",
    ),
    "late": Sentence("Photos that came after the completion", "Photos arrivées après la clôture"),
    "late is": Sentence(
        "These were taken before the work order was completed and arrived afterwards. They stand outside of what was "
        "completed, whatever was decided on them.",
        "Ces photos ont été prises avant la clôture de l'ordre de travail et sont arrivées ensuite. Elles restent en "
        "dehors de ce qui a été clos, quelle que soit la décision prise.",
    ),
    "deleted": Sentence("Deleted", "Supprimé"),
    "deleted is": Sentence(
        "Marked as deleted while the work order was open; the entries stay in the record.",
        "Marqué comme supprimé pendant que l'ordre de travail était ouvert ; les entrées restent au dossier.",
    ),
    "log": Sentence("Log", "Journal"),
    "log is": Sentence(
        "Every change of the work order, in the order in which it was recorded.",
        "Chaque modification de l'ordre de travail, dans l'ordre de son enregistrement.",
    ),
    "who": Sentence("Person", "Personne"),
    "when": Sentence("Time", "Date et heure"),
    "what": Sentence("What happened", "Événement"),
    "reason": Sentence("Reason", "Motif"),
    "taken": Sentence("Taken", "Prise"),
    "taken by device": Sentence("{when}, as the device told", "{when}, selon l'appareil"),
    "ahead": Sentence(
        "{when}, as the device told: later than the receipt", "{when}, selon l'appareil : après réception"
    ),
    "camera": Sentence("Camera", "Appareil photo"),
    "disagrees": Sentence("{when}; this is another time", "{when} ; cette heure est différente"),
    "received": Sentence("Received", "Reçue"),
    "added": Sentence("Added", "Ajouté"),
    "place": Sentence("Place", "Lieu"),
    "file": Sentence("File", "Fichier"),
    "pages": Sentence("pages:\u00a0{count}", "pages\u00a0:\u00a0{count}"),
    "decision": Sentence("Decision", "Décision"),
    "cut": Sentence(
        "The text goes on; the whole of it is in the original, whose hash stands beside.",
        "Le texte continue ; il est entier dans l'original, dont l'empreinte figure à côté.",
    ),
    "no hash": Sentence("SHA-256: known once the bytes are there", "SHA-256 : connu quand les octets seront là"),
    "generated": Sentence("Generated {when}", "Établi le {when}"),
    "times": Sentence("Times are those of {zone}.", "Heures du fuseau {zone}."),
    "qr": Sentence("This work order", "Cet ordre de travail"),
    "system": Sentence("Fettle (the server)", "Fettle (le serveur)"),
    "unknown": Sentence("unknown person", "personne inconnue"),
    "erased person": Sentence("erased person", "personne effacée"),
    "paper": Sentence("What this paper is", "Ce qu'est ce document"),
    "paper is": Sentence(
        "A readable copy of the record as it stood when it was generated. It proves nothing by itself: that is for the "
        "evidence pack of this work order, which holds the originals and the log and is checked with “fettle verify”, "
        "without an account and without trust in whoever made it. A SHA-256 stands for one exact file: a single "
        "changed bit gives another. Pictures are printed smaller than they are; the times that devices and cameras "
        "told, and the places, are what they said of themselves.",
        "Une copie lisible du dossier, tel qu'il était quand elle a été établie. Elle ne prouve rien par elle-même : "
        "c'est le rôle du dossier de preuves de cet ordre de travail, qui contient les originaux et le journal et se "
        "vérifie avec « fettle verify », sans compte et sans avoir à croire qui l'a établi. Une empreinte SHA-256 "
        "désigne un fichier exact : un seul bit modifié en donne une autre. Les images sont imprimées en réduction ; "
        "les heures et les lieux donnés par les appareils sont ceux qu'ils ont eux-mêmes indiqués.",
    ),
}
STATUSES: Final = {
    Status.DRAFT: Sentence("Draft", "Brouillon"),
    Status.REVIEW: Sentence("In review", "En revue"),
    Status.PRODUCTION: Sentence("In production", "En production"),
    Status.COMPLETE: Sentence("Complete", "Terminé"),
    Status.CANCELED: Sentence("Cancelled", "Annulé"),
    Status.ARCHIVED: Sentence("Archived", "Archivé"),
}
DECISIONS: Final = {
    ApprovalStatus.PENDING: Sentence("has not answered yet", "n'a pas encore répondu"),
    ApprovalStatus.APPROVED: Sentence("approved this work order", "a approuvé cet ordre de travail"),
    ApprovalStatus.REJECTED: Sentence("rejected this work order", "a rejeté cet ordre de travail"),
}
DECISIONS_ON_CONTENT: Final = {
    ApprovalStatus.PENDING: Sentence(
        "has not answered yet on the content with the fingerprint {fingerprint}",
        "n'a pas encore répondu sur le contenu d'empreinte {fingerprint}",
    ),
    ApprovalStatus.APPROVED: Sentence(
        "approved the content with the fingerprint {fingerprint}", "a approuvé le contenu d'empreinte {fingerprint}"
    ),
    ApprovalStatus.REJECTED: Sentence(
        "rejected the content with the fingerprint {fingerprint}", "a rejeté le contenu d'empreinte {fingerprint}"
    ),
}
METHODS: Final = {
    Method.PASSWORD: Sentence(
        "Signed with the password, for the record with the fingerprint {fingerprint}",
        "Signé par mot de passe, pour le dossier d'empreinte {fingerprint}",
    ),
    Method.PASSKEY: Sentence(
        "Signed with a passkey, for the record with the fingerprint {fingerprint}",
        "Signé par clé d'accès, pour le dossier d'empreinte {fingerprint}",
    ),
}
LATE: Final = {
    LateState.LATE: Sentence("not decided yet", "pas encore décidé"),
    LateState.ACCEPTED: Sentence("accepted by {who}, {when}: {reason}", "acceptée par {who}, {when} : {reason}"),
    LateState.REJECTED: Sentence("rejected by {who}, {when}: {reason}", "refusée par {who}, {when} : {reason}"),
}
# Why a picture is not printed, by the state of its bytes, or by what is wrong with them.
NOT_THERE: Final = {
    State.REFERENCED: Sentence(
        "Registered; its bytes have not arrived.", "Enregistrée ; ses octets ne sont pas arrivés."
    ),
    State.MISSING: Sentence("Its bytes were not found.", "Ses octets n'ont pas été trouvés."),
    State.DAMAGED: Sentence("Its bytes are damaged or lost.", "Ses octets sont endommagés ou perdus."),
    State.REMOVED: Sentence(
        "Its bytes were removed for good, as the log says.",
        "Ses octets ont été supprimés définitivement (voir journal).",
    ),
}
NOT_DRAWN: Final = {
    Problem.UNREADABLE: Sentence("No picture can be read in this file.", "Aucune image n'est lisible dans ce fichier."),
    Problem.TRUNCATED: Sentence("This picture is cut short.", "Cette image est tronquée."),
    Problem.TOO_LARGE: Sentence(
        "This picture is too large to be drawn.", "Cette image est trop grande pour être tracée."
    ),
    Problem.TOO_SLOW: Sentence("This picture takes too long to be drawn.", "Cette image est trop longue à tracer."),
    Problem.LOCKED: Sentence("This file is locked by a password.", "Ce fichier est protégé par un mot de passe."),
}
NOT_A_PICTURE: Final = Sentence(
    "No picture is made of this kind of file.", "Aucune image n'est tirée de ce type de fichier."
)
TOO_MANY: Final = Sentence(
    "Not printed: a report shows at most {most} pictures.",
    "Non imprimée : un compte rendu montre au plus {most} images.",
)
