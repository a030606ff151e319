"""What is wrong with one field, in English and French, by the code of a `Detail`."""

from typing import Final

from fettle.domain.sentences import Sentence

FIELD_MESSAGES: Final = {
    "required": Sentence("is required", "est obligatoire"),
    "required_for_text": Sentence("is required for a TEXT attachment", "est obligatoire pour une pièce jointe TEXT"),
    "text_has_no_bytes": Sentence("a TEXT attachment takes no file", "une pièce jointe TEXT ne prend pas de fichier"),
    "unknown_field": Sentence("is not a field of this operation", "n'est pas un champ de cette opération"),
    "wrong_type": Sentence("must be {expected}, not {found}", "doit être {expected}, pas {found}"),
    "not_valid": Sentence("is not valid: {reason}", "n'est pas valable : {reason}"),
    "one_of": Sentence("must be one of {allowed}", "doit être l'un de {allowed}"),
    "empty": Sentence("there is nothing to change", "il n'y a rien à modifier"),
    "too_long": Sentence("must be at most {max} long", "ne doit pas dépasser {max}"),
    "too_short": Sentence("must be at least {min} long", "doit avoir au moins {min}"),
    "length": Sentence("must be {min} to {max} characters", "doit avoir de {min} à {max} caractères"),
    "length_bytes": Sentence("must be {min} to {max} bytes", "doit faire de {min} à {max} octets"),
    "at_least": Sentence("must be at least {min}", "doit être au moins {min}"),
    "at_most": Sentence("must be at most {max}", "doit être au plus {max}"),
    "number_range": Sentence("must be from {min} to {max}", "doit être compris entre {min} et {max}"),
    "date_time": Sentence(
        "must be an RFC 3339 date-time with a zone, such as 2026-04-15T12:00:00Z",
        "doit être une date-heure RFC 3339 avec fuseau, par exemple 2026-04-15T12:00:00Z",
    ),
    "no_checkpoint": Sentence(
        "there is no checkpoint of that many entries", "il n'y a pas de point de contrôle de ce nombre d'entrées"
    ),
    "not_a_checkpoint": Sentence("is no signed checkpoint", "n'est pas un point de contrôle signé"),
    "not_a_log_key": Sentence(
        "is no public key such as fettle/…+1a2b3c4d+…", "n'est pas une clé publique comme fettle/…+1a2b3c4d+…"
    ),
    "time_zone": Sentence("must be a time zone such as Europe/Paris", "doit être un fuseau horaire comme Europe/Paris"),
    "uuid": Sentence("must be a UUID", "doit être un UUID"),
    "email": Sentence("must be an e-mail address", "doit être une adresse e-mail"),
    "cannot_approve": Sentence(
        "is the id of a {role}, who could not answer", "est l'identifiant d'un {role}, qui ne pourrait pas répondre"
    ),
    "not_found": Sentence("does not exist in your company", "n'existe pas dans votre entreprise"),
    "not_this_user": Sentence(
        "is not the address of this user; repeat it, for this cannot be undone",
        "n'est pas l'adresse de cet utilisateur ; répétez-la, car c'est irréversible",
    ),
    "held": Sentence(
        "this person has to do with work order {number}, which is held",
        "cette personne est concernée par l'ordre de travail {number}, qui est en conservation légale",
    ),
    "erases_none": Sentence("goes with nothing that is to be erased", "ne concerne rien de ce qui est à effacer"),
    "not_of_component": Sentence("does not belong to this component", "n'appartient pas à ce composant"),
    "user_not_found": Sentence(
        "is no active user of your company", "n'est pas un utilisateur actif de votre entreprise"
    ),
    "object_not_found": Sentence("names no object that is there", "ne désigne aucun objet présent"),
    "late_photo": Sentence(
        "a photo that was taken before the completion can still be sent through /v1/uploads with its takenAt; it is "
        "kept as late, for a planner to decide",
        "une photo prise avant la clôture peut encore être envoyée par /v1/uploads avec son takenAt ; elle est gardée "
        "comme tardive, à charge d'un planificateur d'en décider",
    ),
    "photos_missing": Sentence(
        "{label}: {stored} of {required} photos are there",
        "{label} : {stored} photo(s) sur {required}",
    ),
    "photos_awaited": Sentence(
        "{label}: {stored} of {required} photos are there; {awaited} registered, whose bytes have not arrived",
        "{label} : {stored} photo(s) sur {required} ; {awaited} enregistrée(s), dont les octets ne sont pas arrivés",
    ),
    "too_many_attachments": Sentence(
        "a template takes at most {max} attachments along; this work order has {found}",
        "un modèle emporte au plus {max} pièces jointes ; cet ordre de travail en a {found}",
    ),
    "object_differs": Sentence("was announced as {announced} and is {found}", "annoncé : {announced} ; reçu : {found}"),
    "object_key": Sentence(
        "must not begin with /, hold a .. segment or control characters",
        "ne doit ni commencer par /, ni contenir de segment .. ou de caractère de contrôle",
    ),
    "http_url": Sentence(
        "must be an absolute http or https URL without user name, backslash or control characters",
        "doit être une URL http ou https absolue, sans nom d'utilisateur, antislash ni caractère de contrôle",
    ),
    "https_url": Sentence(
        "must be an absolute https URL without user name, backslash or control characters",
        "doit être une URL https absolue, sans nom d'utilisateur, antislash ni caractère de contrôle",
    ),
    "host_not_allowed": Sentence("names a host that is not allowed here", "désigne un hôte non autorisé ici"),
    "control_characters": Sentence("must not hold control characters", "ne doit pas contenir de caractère de contrôle"),
    "charset": Sentence(
        "is in a charset that is not known here: {charset}", "est dans un jeu de caractères inconnu ici : {charset}"
    ),
    "encoding": Sentence("must be valid UTF-8", "doit être de l'UTF-8 valable"),
    "nul": Sentence("must not hold NUL or lone surrogates", "ne doit contenir ni NUL ni demi-codet isolé"),
    "not_json": Sentence("must be a JSON object: {reason}", "doit être un objet JSON : {reason}"),
    "duplicate": Sentence("appears twice", "apparaît deux fois"),
    "twice": Sentence("was sent twice", "a été envoyé deux fois"),
    "differs": Sentence(
        "was sent twice, with different values", "a été envoyé deux fois, avec des valeurs différentes"
    ),
    "nesting": Sentence("is nested too deeply", "est trop profondément imbriqué"),
    "empty_file": Sentence("holds no bytes", "ne contient aucun octet"),
    "transfer_encoding": Sentence(
        "must be sent as it is, without Content-Transfer-Encoding or multipart/mixed",
        "doit être envoyé tel quel, sans Content-Transfer-Encoding ni multipart/mixed",
    ),
    "truncated": Sentence("ends before its end", "s'arrête avant la fin"),
    "malformed": Sentence("cannot be read: {reason}", "est illisible : {reason}"),
    "cursor": Sentence("is not a cursor of this list", "n'est pas un curseur de cette liste"),
    "taken": Sentence("exists already", "existe déjà"),
    "in_the_past": Sentence("must lie in the future", "doit se situer dans l'avenir"),
    "finite_number": Sentence("must be a finite number", "doit être un nombre fini"),
    "above_upper_limit": Sentence("must not be above `usl`", "ne doit pas dépasser `usl`"),
    "invisible": Sentence("must hold a visible character", "doit contenir un caractère visible"),
    "approval_pending": Sentence("has not answered yet", "n'a pas encore répondu"),
    "approval_rejected": Sentence("has rejected it", "l'a rejeté"),
    "not_your_file": Sentence(
        "names no file that you sent with POST /files", "ne désigne aucun fichier que vous avez envoyé par POST /files"
    ),
    "passkey": Sentence(
        "is no answer to a challenge that you were given for this, or came too late",
        "ne répond pas à un défi qui vous a été donné pour cela, ou vient trop tard",
    ),
    "one_proof": Sentence("send either `password` or `passkey`", "envoyez soit `password`, soit `passkey`"),
    "content_is": Sentence("is {sha256} now", "est maintenant {sha256}"),
    "wrong_password": Sentence("is not your password", "n'est pas votre mot de passe"),
    "scopes": Sentence("unknown scope or not for keys: {scopes}", "droit inconnu ou non donné aux clés : {scopes}"),
}
