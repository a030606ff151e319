"""Every text of the command line, in English and French; what refusals of services say is in domain/messages.py."""

from typing import Final

from fettle.cli.export_words import EXPORT_WORDS
from fettle.cli.proof_words import PROOF_WORDS
from fettle.domain.sentences import Sentence

# Commands by what is typed, options by their name, placeholders in capitals, results by a word for them.
WORDS: Final = {
    **EXPORT_WORDS,
    **PROOF_WORDS,
    "fettle": Sentence(
        "Work orders, and the proof that the work was done.",
        "Des ordres de travail, et la preuve que le travail a été fait.",
    ),
    "examples": Sentence("examples:", "exemples :"),
    "exit codes": Sentence(
        "exit codes: 0 done, 1 refused or something found, 2 wrong usage or settings",
        "codes de sortie : 0 fait, 1 refusé ou anomalie trouvée, 2 commande ou réglage erroné",
    ),
    "settings": Sentence(
        "settings come from FETTLE_* variables, see docs/settings.md",
        "les réglages viennent des variables FETTLE_*, voir docs/settings.md",
    ),
    "serve": Sentence("run the server", "lancer le serveur"),
    "init": Sentence(
        "make the tables, and a company with its first administrator",
        "créer les tables, puis une entreprise et son premier administrateur",
    ),
    "demo": Sentence(
        "make the demo company once, and print its ids and key",
        "créer l'entreprise de démonstration, une seule fois, et afficher ses identifiants et sa clé",
    ),
    "user": Sentence("the users of a company", "les utilisateurs d'une entreprise"),
    "user add": Sentence("add a user", "ajouter un utilisateur"),
    "user list": Sentence("list the users", "lister les utilisateurs"),
    "user disable": Sentence(
        "end all that a user can do, at once", "retirer immédiatement tout accès à un utilisateur"
    ),
    "key": Sentence(
        "API keys, whose secret is shown once", "les clés d'API, dont le secret n'est affiché qu'une seule fois"
    ),
    "key create": Sentence("make an API key for a user", "créer une clé d'API pour un utilisateur"),
    "key list": Sentence("list the keys, without their secrets", "lister les clés, sans leurs secrets"),
    "key revoke": Sentence("end a key, at once", "révoquer une clé, avec effet immédiat"),
    "migrate": Sentence("make the tables, or bring them up to date", "créer les tables, ou les mettre à jour"),
    "check": Sentence(
        "compare every stored byte with its row; nothing is deleted",
        "comparer chaque octet enregistré à sa ligne en base ; rien n'est supprimé",
    ),
    "sweep": Sentence("remove bytes that nothing names", "supprimer les octets que rien ne désigne"),
    "report": Sentence("make the PDF of a work order", "établir le PDF d'un ordre de travail"),
    "--output": Sentence(
        "where it goes, without it beside you, named by its number",
        "le fichier à écrire, sans quoi il porte le numéro de l'ordre, dans le dossier courant",
    ),
    "--language": Sentence("of the report (FETTLE_LANGUAGE)", "la langue du document (FETTLE_LANGUAGE)"),
    "--time-zone": Sentence(
        "of its times beside UTC, such as Europe/Paris", "le fuseau de ses heures outre UTC, comme Europe/Paris"
    ),
    "LANGUAGE": Sentence("LANGUAGE", "LANGUE"),
    "ZONE": Sentence("ZONE", "FUSEAU"),
    "not a work order": Sentence(
        "{text!r} is no number and no id of a work order", "{text!r} n'est ni un numéro ni un identifiant d'ordre"
    ),
    "not a zone": Sentence("{text!r} is no time zone", "{text!r} n'est pas un fuseau horaire"),
    "report file": Sentence("work-order-{reference}.pdf", "ordre-de-travail-{reference}.pdf"),
    "written": Sentence("written: {path}", "écrit : {path}"),
    "attach": Sentence(
        "attach files to a work order on a server; repeating it goes on where it was",
        "joindre des fichiers à un ordre de travail sur un serveur ; la répéter reprend où elle en était",
    ),
    "photos": Sentence("the photos of a work order", "les photos d'un ordre de travail"),
    "photos add": Sentence(
        "add photos to a work order on a server; repeating it goes on where it was",
        "ajouter des photos à un ordre de travail sur un serveur ; la répéter reprend où elle en était",
    ),
    "--name of attach": Sentence(
        "what they are called, without it each by its file",
        "leur libellé, sans quoi chacun porte le nom de son fichier",
    ),
    "--step": Sentence("the step of the work that they show", "l'étape du travail qu'elles montrent"),
    "--taken-at": Sentence(
        "when they were taken, or `mtime` for the time of each file",
        "quand elles ont été prises, ou `mtime` pour l'heure de chaque fichier",
    ),
    "--server": Sentence("where the server is (FETTLE_SERVER)", "l'adresse du serveur (FETTLE_SERVER)"),
    "--key-file": Sentence(
        "a file that holds the API key (FETTLE_KEY_FILE, or the key itself in FETTLE_KEY)",
        "un fichier contenant la clé d'API (FETTLE_KEY_FILE, ou la clé même dans FETTLE_KEY)",
    ),
    "--jobs": Sentence("how many files are sent at once", "combien de fichiers sont envoyés à la fois"),
    "--again": Sentence("send what is there already once more", "envoyer de nouveau ce qui y est déjà"),
    "WO": Sentence("WORK_ORDER", "ORDRE"),
    "FILES": Sentence("FILE", "FICHIER"),
    "URL": Sentence("URL", "ADRESSE"),
    "STEP": Sentence("STEP", "ÉTAPE"),
    "NUMBER": Sentence("NUMBER", "NOMBRE"),
    "no server": Sentence(
        "say where the server is: --server or FETTLE_SERVER", "indiquez le serveur : --server ou FETTLE_SERVER"
    ),
    "no key": Sentence(
        "give an API key: --key-file, FETTLE_KEY_FILE or FETTLE_KEY",
        "donnez une clé d'API : --key-file, FETTLE_KEY_FILE ou FETTLE_KEY",
    ),
    "not a server": Sentence("{text!r} is no http or https address", "{text!r} n'est pas une adresse http ou https"),
    "no files": Sentence("there is no file to send", "il n'y a aucun fichier à envoyer"),
    "not a time": Sentence(
        "--taken-at {text!r}: expected a date-time such as 2026-04-15T12:00:00Z, or mtime",
        "--taken-at {text!r} : une date-heure comme 2026-04-15T12:00:00Z est attendue, ou mtime",
    ),
    "unreachable": Sentence("the server cannot be reached: {reason}", "le serveur est injoignable : {reason}"),
    "added": Sentence("added", "ajouté"),
    "skipped": Sentence("there already", "déjà présent"),
    "failed": Sentence("failed", "échec"),
    "left out": Sentence("left out (hidden or empty)", "laissé de côté (caché ou vide)"),
    "interrupted": Sentence(
        "Interrupted. What was added stays; the same command goes on.",
        "Interrompu. Ce qui a été ajouté reste ; la même commande reprend.",
    ),
    "without a server": Sentence("(no server may run)", "(aucun serveur ne doit tourner)"),
    "--version": Sentence("show the version and exit", "afficher la version et quitter"),
    "--demo": Sentence(
        "make the demo company first, and print how to try it",
        "créer d'abord l'entreprise de démonstration, et afficher comment l'essayer",
    ),
    "--host": Sentence("the address to listen on (FETTLE_HOST)", "l'adresse d'écoute (FETTLE_HOST)"),
    "--port": Sentence(
        "the port to listen on, 0 for any free one (FETTLE_PORT)",
        "le port d'écoute, 0 pour un port libre quelconque (FETTLE_PORT)",
    ),
    "--company of init": Sentence(
        "the company's name; another name makes a further company",
        "le nom de l'entreprise ; un autre nom crée une entreprise de plus",
    ),
    "--company": Sentence(
        "its name or id; needed when there are several",
        "le nom ou l'identifiant de l'entreprise ; nécessaire s'il y en a plusieurs",
    ),
    "--email": Sentence("the address to sign in with", "l'adresse qui sert à se connecter"),
    "--role": Sentence("what the user may do", "ce que l'utilisateur peut faire"),
    "--no-password": Sentence(
        "for a service: nobody can sign in, keys can be made",
        "pour un service : personne ne peut se connecter, des clés peuvent être créées",
    ),
    "--first-name": Sentence(
        "by default what stands before the @ of the e-mail address",
        "par défaut, ce qui précède le @ de l'adresse e-mail",
    ),
    "--last-name": Sentence("by default the same", "par défaut, la même chose"),
    "--password-file": Sentence(
        "holds the password; without it one is made and shown",
        "contient le mot de passe ; sans fichier, un mot de passe est créé et affiché",
    ),
    "--user": Sentence("whose key it is", "à qui appartient la clé"),
    "--name": Sentence("what it is for", "à quoi sert la clé"),
    "--scopes": Sentence("rights, separated by commas, or all", "les droits, séparés par des virgules, ou all (tous)"),
    "--expires": Sentence(
        "a date-time such as 2027-01-01T00:00:00Z, or days as 90d",
        "une date-heure comme 2027-01-01T00:00:00Z, ou un nombre de jours comme 90d",
    ),
    "--grace-s": Sentence(
        "how old they must be, in seconds (FETTLE_ORPHAN_GRACE_S)",
        "leur âge minimal, en secondes (FETTLE_ORPHAN_GRACE_S)",
    ),
    "--json": Sentence("print JSON", "afficher du JSON"),
    "COMMAND": Sentence("COMMAND", "COMMANDE"),
    "COMPANY": Sentence("COMPANY", "ENTREPRISE"),
    "EMAIL": Sentence("EMAIL", "E-MAIL"),
    "FILE": Sentence("FILE", "FICHIER"),
    "FIRST_NAME": Sentence("FIRST_NAME", "PRÉNOM"),
    "HOST": Sentence("HOST", "ADRESSE"),
    "ID": Sentence("ID", "IDENTIFIANT"),
    "LAST_NAME": Sentence("LAST_NAME", "NOM"),
    "NAME": Sentence("NAME", "LIBELLÉ"),
    "PORT": Sentence("PORT", "PORT"),
    "SCOPES": Sentence("SCOPES", "DROITS"),
    "--rate": Sentence("read no more than so many MiB a second", "ne pas lire plus de tant de Mio par seconde"),
    "MIB_PER_S": Sentence("MIB_PER_S", "MIO_PAR_S"),
    "not a rate": Sentence(
        "expected a whole number of MiB a second, not {text!r}",
        "un nombre entier de Mio par seconde est attendu, pas {text!r}",
    ),
    "SECONDS": Sentence("SECONDS", "SECONDES"),
    "WHEN": Sentence("WHEN", "QUAND"),
    "not a port": Sentence("a port is a number from 0 to 65535", "un port est un nombre de 0 à 65535"),
    "not seconds": Sentence(
        "expected a whole number of seconds, not {text!r}", "un nombre entier de secondes est attendu, pas {text!r}"
    ),
    "unknown scopes": Sentence(
        "--scopes {text!r}: expected some of {known}, or all",
        "--scopes {text!r} : droits attendus parmi {known}, ou all",
    ),
    "not an expiry": Sentence(
        "--expires {text!r}: expected a date-time such as 2027-01-01T00:00:00Z, or days as 90d",
        "--expires {text!r} : une date-heure comme 2027-01-01T00:00:00Z, ou un nombre de jours comme 90d, est attendue",
    ),
    "no company": Sentence(
        "There is no company yet; make one with `fettle init`.",
        "Il n'y a pas encore d'entreprise ; créez-en une avec `fettle init`.",
    ),
    "several companies": Sentence(
        "Say which with --company: {names}.", "Précisez l'entreprise avec --company : {names}."
    ),
    "unknown company": Sentence(
        "--company {wanted!r}: there are {names}", "--company {wanted!r} : les entreprises sont {names}"
    ),
    "wrong field": Sentence("{field}: {wrong}", "{field} : {wrong}"),
    "disabled": Sentence("{email} is disabled.", "{email} est désactivé."),
    "revoked": Sentence("{key_id} is revoked.", "La clé {key_id} est révoquée."),
    "migrated": Sentence("The tables were brought up to date.", "Les tables ont été mises à jour."),
    "up to date": Sentence("The tables are up to date.", "Les tables sont à jour."),
    "swept": Sentence(
        "Removed {count} objects that nothing names.", "Objets supprimés, que rien ne désignait : {count}."
    ),
    "checked": Sentence(
        "{files} files, {mb:.1f} MB in {seconds:.1f} s", "{files} fichiers, {mb:.1f} Mo en {seconds:.1f} s"
    ),
    "files of": Sentence("file {files} of {all_files}", "fichier {files} sur {all_files}"),
    "place": Sentence("work order {number}: {name}", "ordre de travail {number} : {name}"),
    "missing": Sentence("missing", "manquant"),
    "damaged": Sentence("damaged", "abîmé"),
    "repaired": Sentence("repaired", "réparé"),
    "orphaned": Sentence("orphaned", "orphelin"),
    "counted": Sentence("{what}: {count}", "{what} : {count}"),
    "yes": Sentence("yes", "oui"),
    "no": Sentence("no", "non"),
    "serving": Sentence(
        "Fettle serves the company {company} on {address}", "Fettle sert l'entreprise {company} sur {address}"
    ),
    "key of the demo": Sentence("API key", "Clé d'API"),
    "attach a picture": Sentence(
        "Attach a picture to work order 1 (contract A):", "Joindre une image à l'ordre de travail 1 (contrat A) :"
    ),
    "photo": Sentence(
        "Register a photo of it by reference (contract B):", "Y ajouter une photo par référence (contrat B) :"
    ),
    "look": Sentence("Look at what came of it:", "Voir le résultat :"),
}

# What stands beside a value or above a column; JSON has the names themselves.
NAMES: Final = {
    "admin_email": Sentence("admin_email", "e-mail de l'administrateur"),
    "admin_password": Sentence("admin_password", "mot de passe de l'administrateur"),
    "admin_user_id": Sentence("admin_user_id", "id de l'administrateur"),
    "api_key": Sentence("api_key", "clé d'API"),
    "company": Sentence("company", "entreprise"),
    "company_id": Sentence("company_id", "id de l'entreprise"),
    "component_id": Sentence("component_id", "id du composant"),
    "created_at": Sentence("created_at", "création"),
    "email": Sentence("email", "e-mail"),
    "expires_at": Sentence("expires_at", "expiration"),
    "first_name": Sentence("first_name", "prénom"),
    "id": Sentence("id", "id"),
    "is_active": Sentence("is_active", "actif"),
    "last_name": Sentence("last_name", "nom"),
    "last_used_at": Sentence("last_used_at", "dernier usage"),
    "name": Sentence("name", "libellé"),
    "operator_email": Sentence("operator_email", "e-mail de l'opérateur"),
    "operator_password": Sentence("operator_password", "mot de passe de l'opérateur"),
    "operator_user_id": Sentence("operator_user_id", "id de l'opérateur"),
    "part_number_id": Sentence("part_number_id", "id du numéro de pièce"),
    "password": Sentence("password", "mot de passe"),
    "planner_email": Sentence("planner_email", "e-mail du planificateur"),
    "planner_password": Sentence("planner_password", "mot de passe du planificateur"),
    "revoked_at": Sentence("revoked_at", "révocation"),
    "role": Sentence("role", "rôle"),
    "sample_file_name": Sentence("sample_file_name", "fichier d'exemple"),
    "scopes": Sentence("scopes", "droits"),
    "user": Sentence("user", "utilisateur"),
    "user_id": Sentence("user_id", "id de l'utilisateur"),
    "wo_number": Sentence("wo_number", "numéro de l'ordre de travail"),
    "work_order_id": Sentence("work_order_id", "id de l'ordre de travail"),
}


def say(language: str, word: str, **blanks: object) -> str:
    """The text of WORDS, with its blanks filled; `language` is "en" or "fr"."""
    return WORDS[word].to(language).format(**blanks)
