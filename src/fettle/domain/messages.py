"""Every sentence that a client or a person reads, in English and French, by the code that never changes.

French sentences begin with the labels of the seed ("Corps invalide", "Non authentifié", "WO introuvable").
"""

from typing import Any, Final

from fettle.domain.access_messages import ACCESS_MESSAGES
from fettle.domain.errors import Detail, FettleError
from fettle.domain.field_messages import FIELD_MESSAGES
from fettle.domain.sentences import Sentence

MESSAGES: Final = {
    "INVALID_BODY": Sentence("The body is not what this operation takes.", "Corps invalide."),
    "INVALID_PARAMETER": Sentence("A parameter is not valid.", "Paramètre invalide."),
    "INVALID_METADATA": Sentence(
        "Upload-Metadata is not what an upload needs.", "Upload-Metadata ne convient pas à un envoi."
    ),
    "MALFORMED_REQUEST": Sentence("The request cannot be understood.", "Requête incompréhensible."),
    "PAGE_TOO_DEEP": Sentence(
        "Pages reach {max} rows deep; go on with the cursor.",
        "Les pages s'arrêtent à {max} lignes ; continuez avec le curseur.",
    ),
    "MULTIPART_INVALID": Sentence("The multipart body is not valid.", "Corps invalide : multipart mal formé."),
    "MULTIPART_BOUNDARY_MISSING": Sentence(
        "Content-Type names no boundary. Do not set this header by hand: let your HTTP library write it.",
        "Corps invalide : Content-Type sans boundary. N'écrivez pas cet en-tête vous-même : "
        "laissez faire votre bibliothèque HTTP.",
    ),
    "ATTACHMENT_MISSING": Sentence(
        "The bytes are missing: send a part `attachment`, or name a file that was sent before in `file_name`.",
        "Corps invalide : il manque les octets. Envoyez une partie `attachment`, ou nommez dans `file_name` "
        "un fichier déjà envoyé.",
    ),
    "OBJECT_NOT_FOUND": Sentence(
        "There is no object of that key in your part of the store.",
        "Corps invalide : aucun objet de cette clé dans votre partie du stockage.",
    ),
    "OBJECT_DIFFERS": Sentence(
        "What was sent is not what was announced; it was not kept. Announce it again and send it again.",
        "Corps invalide : ce qui a été envoyé n'est pas ce qui était annoncé ; rien n'en a été gardé. "
        "Annoncez-le et envoyez-le de nouveau.",
    ),
    "USER_NOT_FOUND": Sentence(
        "The person named is no active user of your company.",
        "Corps invalide : la personne nommée n'est pas un utilisateur actif de votre entreprise.",
    ),
    "TWO_CREDENTIALS": Sentence(
        "The request carries two different credentials; send one.",
        "La requête porte deux identifiants différents ; n'en envoyez qu'un.",
    ),
    **ACCESS_MESSAGES,
    "NOT_FOUND": Sentence("There is nothing here.", "Introuvable."),
    "WORK_ORDER_NOT_FOUND": Sentence("Work order not found.", "WO introuvable."),
    "NOT_STORED": Sentence(
        "The bytes of this file have not arrived yet.", "Introuvable : les octets ne sont pas encore arrivés."
    ),
    "NO_RENDITION": Sentence(
        "There is no smaller picture of this file; get the file itself.",
        "Introuvable : ce fichier n'a pas d'image réduite ; demandez le fichier lui-même.",
    ),
    "TOO_MANY_ORIGINALS": Sentence(
        "An archive holds at most {orders} work orders and {files} files; narrow it down.",
        "Une archive contient au plus {orders} ordres de travail et {files} fichiers ; restreignez la demande.",
    ),
    "METHOD_NOT_ALLOWED": Sentence("This address does not take {method}.", "Cette adresse n'accepte pas {method}."),
    "REQUEST_TIMEOUT": Sentence(
        "No more bytes arrived in time; nothing was kept.",
        "Plus aucun octet n'est arrivé à temps ; rien n'a été gardé.",
    ),
    "UPLOAD_EXPIRED": Sentence(
        "This upload was left alone for too long; begin it again.",
        "Cet envoi est resté trop longtemps en suspens ; recommencez-le.",
    ),
    "LINK_EXPIRED": Sentence(
        "This link is over; ask whoever gave it to you for another.",
        "Ce lien n'est plus valable ; demandez-en un autre à la personne qui vous l'a donné.",
    ),
    "BYTES_REMOVED": Sentence(
        "The bytes of this file were removed for good; the log of its work order says when.",
        "Les octets de ce fichier ont été supprimés définitivement ; le journal de son ordre de travail dit quand.",
    ),
    "UPLOAD_OFFSET": Sentence(
        "The upload does not stand there; ask with HEAD how much of it is kept, and go on from there.",
        "L'envoi n'en est pas là ; demandez par HEAD ce qui en est gardé, puis reprenez à cet endroit.",
    ),
    "UPLOAD_BUSY": Sentence(
        "Another request is adding to this upload at this moment; try again in a few seconds.",
        "Une autre requête alimente cet envoi en ce moment ; réessayez dans quelques secondes.",
    ),
    "CHECKSUM_MISMATCH": Sentence(
        "What arrived is not what was sent: the checksum differs. Nothing of it was kept.",
        "Ce qui est arrivé n'est pas ce qui a été envoyé : la somme de contrôle diffère. Rien n'en a été gardé.",
    ),
    "CONFLICT": Sentence("The present state does not allow this.", "L'état actuel ne le permet pas."),
    "WORK_ORDER_NOT_DRAFT": Sentence(
        "The work order is {status}; this can be changed only while it is DRAFT.",
        "L'ordre de travail est {status} ; ceci ne se modifie qu'à l'état DRAFT.",
    ),
    "WORK_ORDER_CLOSED": Sentence(
        "The work order is {status}; this is possible only while it is open.",
        "L'ordre de travail est {status} ; ceci n'est possible que tant qu'il est ouvert.",
    ),
    "LATE_PHOTO_DECIDED": Sentence(
        "Somebody has decided on this late photo already: it is {state}.",
        "Cette photo tardive a déjà fait l'objet d'une décision : {state}.",
    ),
    "LEGAL_HOLD": Sentence(
        "A legal hold stops this: as long as it lasts nothing is removed or erased.",
        "Une conservation légale s'y oppose : tant qu'elle dure, rien n'est supprimé ni effacé.",
    ),
    "FILE_IN_USE": Sentence(
        "A template has the same file, or a signature has it as its drawing; take it away there first.",
        "Un modèle a le même fichier, ou une signature l'a pour dessin ; retirez-le d'abord de là.",
    ),
    "PACK_NOT_READY": Sentence("This pack is not ready: {state}.", "Ce dossier n'est pas prêt : {state}."),
    "TOO_MANY_PACKS": Sentence(
        "Your company has {max} evidence packs, as many as are kept; remove one, or wait until one expires.",
        "Votre entreprise a {max} dossiers de preuves, le maximum conservé ; supprimez-en un, ou attendez.",
    ),
    "WORK_ORDER_FULL": Sentence(
        "This work order has all the files that your company allows: {files} files, {bytes} bytes.",
        "Cet ordre de travail a déjà tous les fichiers que votre entreprise autorise : {files} fichiers, "
        "{bytes} octets.",
    ),
    "TYPE_NOT_ALLOWED": Sentence(
        "Your company does not take files of the type {found}; it takes: {allowed}.",
        "Votre entreprise n'accepte pas les fichiers de type {found} ; elle accepte : {allowed}.",
    ),
    "TOO_MANY_UPLOADS": Sentence(
        "You have {max} uploads under way, as many as your company allows; end one, or wait ten minutes.",
        "Vous avez {max} envois en cours, le maximum de votre entreprise ; terminez-en un, ou attendez dix minutes.",
    ),
    "SAME_PHOTO": Sentence(
        "Work order {number} has this very photo; here a photo belongs to one work order only.",
        "L'ordre de travail {number} a déjà cette photo ; ici, une photo n'appartient qu'à un seul ordre de travail.",
    ),
    "ILLEGAL_MOVE": Sentence(
        "A work order cannot go from {status} to {to}; from here it can go to: {allowed}.",
        "Un ordre de travail ne passe pas de {status} à {to} ; d'ici il peut passer à : {allowed}.",
    ),
    "PHOTOS_MISSING": Sentence(
        "{missing} of the {required} required photos are not there; the bytes of {awaited} of them are still awaited.",
        "Il manque {missing} des {required} photos exigées ; pour {awaited} d'entre elles, les octets sont attendus.",
    ),
    "PASSKEYS_UNAVAILABLE": Sentence(
        "Passkeys need a public address with a host name and https: whoever runs this server sets FETTLE_PUBLIC_URL.",
        "Les clés d'accès exigent une adresse publique avec un nom d'hôte et https : à qui exploite ce serveur de "
        "définir FETTLE_PUBLIC_URL.",
    ),
    "NO_PASSKEY": Sentence(
        "You have no passkey here; register one first, or sign with your password.",
        "Vous n'avez pas de clé d'accès ici ; enregistrez-en une d'abord, ou signez avec votre mot de passe.",
    ),
    "TOO_MANY_PASSKEYS": Sentence(
        "You have {max} passkeys, as many as there can be; take one away first.",
        "Vous avez {max} clés d'accès, le maximum ; retirez-en une d'abord.",
    ),
    "SIGNATURE_REQUIRED": Sentence(
        "Your company wants a completion to be signed: POST /v1/work-orders/{number}/completion, with your password or "
        "a passkey.",
        "Votre entreprise veut que la clôture soit signée : POST /v1/work-orders/{number}/completion, avec votre mot "
        "de passe ou une clé d'accès.",
    ),
    "APPROVALS_MISSING": Sentence(
        "Approvals that were asked for are still missing: {count}.",
        "Il manque encore des approbations demandées : {count}.",
    ),
    "CONTENT_CHANGED": Sentence(
        "The content has changed since you looked at it; look again before you decide.",
        "Le contenu a changé depuis que vous l'avez consulté ; consultez-le de nouveau avant de décider.",
    ),
    "IDEMPOTENCY_KEY_REUSED": Sentence(
        "This Idempotency-Key was used for another request.",
        "Cette Idempotency-Key a déjà servi pour une autre requête.",
    ),
    "EMAIL_TAKEN": Sentence("This e-mail address has an account already.", "Cette adresse e-mail a déjà un compte."),
    "LAST_ADMIN": Sentence(
        "This is the last active administrator of the company.",
        "C'est le dernier administrateur actif de l'entreprise.",
    ),
    "OWN_ACCOUNT": Sentence(
        "You cannot erase your own account; another administrator has to.",
        "Vous ne pouvez pas effacer votre propre compte ; c'est à un autre administrateur de le faire.",
    ),
    "PART_NUMBER_TAKEN": Sentence("This part number exists already.", "Ce numéro de pièce existe déjà."),
    "TEMPLATE_NAME_TAKEN": Sentence("A template of this name exists already.", "Un modèle de ce nom existe déjà."),
    "DATASET_EXISTS": Sentence(
        "A dataset of this name and type exists already.",
        "Un jeu de données de ce nom et de ce type existe déjà.",
    ),
    "COMPANY_EXISTS": Sentence("A company of this name exists already.", "Une entreprise de ce nom existe déjà."),
    "PRECONDITION_FAILED": Sentence(
        "The work order has changed since; it is at version {version} now.",
        "L'ordre de travail a changé depuis ; il en est à la version {version}.",
    ),
    "FILE_CHANGED": Sentence(
        "The file is not the one that If-Match names.", "Le fichier n'est pas celui que nomme If-Match."
    ),
    "TUS_VERSION": Sentence(
        "This speaks version {version} of the tus protocol; send `Tus-Resumable: {version}`.",
        "Ici se parle la version {version} du protocole tus ; envoyez `Tus-Resumable: {version}`.",
    ),
    "TOO_LARGE": Sentence(
        "Too large: at most {max_bytes} bytes are taken.",
        "Trop grand : au plus {max_bytes} octets sont acceptés.",
    ),
    "URI_TOO_LONG": Sentence("The address is too long.", "L'adresse est trop longue."),
    "HEADERS_TOO_LARGE": Sentence(
        "There are too many headers, or they are too long.", "Les en-têtes sont trop nombreux ou trop longs."
    ),
    "UNSUPPORTED_MEDIA_TYPE": Sentence(
        "This operation takes {accepted}.", "Type de contenu refusé : cette opération accepte {accepted}."
    ),
    "NOT_AN_IMAGE": Sentence(
        "The content is {found}, not an image that we know. Send it with the type FILE to keep it all the same.",
        "Le contenu est {found}, pas une image connue. Envoyez-le avec le type FILE pour le garder quand même.",
    ),
    "RANGE_NOT_SATISFIABLE": Sentence(
        "The range begins behind the end of the file.", "La plage demandée commence après la fin du fichier."
    ),
    "TOO_MANY_REQUESTS": Sentence(
        "Too many failed attempts; try again later.", "Trop de tentatives échouées ; réessayez plus tard."
    ),
    "UNAVAILABLE": Sentence(
        "The service cannot do this right now; nothing was changed. Try again.",
        "Le service ne peut pas le faire pour l'instant ; rien n'a été modifié. Réessayez.",
    ),
    "NOT_READY": Sentence(
        "The server is not ready: {part} does not answer as it should.",
        "Le serveur n'est pas prêt : {part} ne répond pas comme il faut.",
    ),
    "BYTES_DAMAGED": Sentence(
        "The bytes that we kept are gone or damaged. This is our fault; the alarm has been raised.",
        "Les octets que nous gardions sont perdus ou abîmés. C'est notre faute ; l'alerte est donnée.",
    ),
    "NO_SPACE": Sentence(
        "There is no space left to store this; nothing was kept.",
        "Il n'y a plus de place pour l'enregistrer ; rien n'a été gardé.",
    ),
    "INTERNAL": Sentence(
        "Something went wrong on our side. Name the traceId when you ask for help.",
        "Une erreur est survenue de notre côté. Indiquez le traceId pour obtenir de l'aide.",
    ),
}


def sentence_of(error: FettleError, language: str) -> str:
    """What a person reads; `language` is "en" or "fr"."""
    return _fill(MESSAGES[error.code], language, error.params)


def detail_of(detail: Detail, language: str) -> str:
    """What is wrong with one field, for a person."""
    return _fill(FIELD_MESSAGES[detail.code], language, detail.params)


def _fill(sentence: Sentence, language: str, params: dict[str, Any]) -> str:
    return sentence.to(language).format_map(_Params(params))


class _Params(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
