"""The texts of `fettle verify` and of the check of the log; see `words.py`."""

from typing import Final

from fettle.domain.sentences import Sentence

PROOF_WORDS: Final = {
    "--log": Sentence(
        "check the log instead: every entry, place, checkpoint and work order",
        "vérifier plutôt le journal : chaque entrée, place, point de contrôle et ordre de travail",
    ),
    "--key of check": Sentence(
        "a public key that signed before the present one; may be repeated",
        "une clé publique qui signait avant l'actuelle ; peut être répété",
    ),
    "--company of check": Sentence(
        "with --log: its name or id, without it all of them",
        "avec --log : son nom ou son identifiant, sans quoi toutes les entreprises",
    ),
    "log holds": Sentence("{company}: the log holds", "{company} : le journal est intègre"),
    "log does not hold": Sentence("{company}: THE LOG DOES NOT HOLD", "{company} : LE JOURNAL N'EST PAS INTÈGRE"),
    "entries of": Sentence(
        "{orders} work orders are what their {entries} entries say; {unplaced} are too new to have a place",
        "{orders} ordres de travail sont conformes à leurs {entries} entrées ; {unplaced} attendent encore leur place",
    ),
    "checkpoints of": Sentence(
        "{checkpoints} checkpoints are signed, and are what the entries add up to",
        "{checkpoints} points de contrôle sont signés et correspondent aux entrées",
    ),
    "newer entries": Sentence(
        "{newer} entries are newer than your checkpoint: not yet provable by it",
        "{newer} entrées sont plus récentes que votre point de contrôle : il ne peut pas encore les prouver",
    ),
    "no kept checkpoint": Sentence(
        "without a checkpoint that was kept elsewhere, who has the key could have rewritten all of it",
        "sans point de contrôle conservé ailleurs, qui détient la clé pourrait avoir tout réécrit",
    ),
    "verify": Sentence(
        "verify evidence packs, without a server and without an account",
        "vérifier des dossiers de preuve, sans serveur et sans compte",
    ),
    "--checkpoint": Sentence(
        "an earlier checkpoint that you kept: nothing it covers may have been changed or dropped",
        "un point de contrôle antérieur, conservé par vous : rien de ce qu'il couvre ne doit avoir changé ni disparu",
    ),
    "--key": Sentence(
        "the log's public key, or a file that holds it; without it that of the pack itself",
        "la clé publique du journal, ou un fichier qui la contient ; sans elle, celle du dossier lui-même",
    ),
    "PACKS": Sentence("PACK", "DOSSIER"),
    "PUBLIC_KEY": Sentence("PUBLIC_KEY", "CLÉ_PUBLIQUE"),
    "not a checkpoint": Sentence(
        "{path} holds no signed checkpoint", "{path} ne contient pas de point de contrôle signé"
    ),
    "not a log key": Sentence(
        "--key {text!r}: neither a public key such as fettle/…+1a2b3c4d+… nor a file that holds one",
        "--key {text!r} : ni une clé publique comme fettle/…+1a2b3c4d+…, ni un fichier qui en contient une",
    ),
    "pack holds": Sentence("{path}: holds", "{path} : intègre"),
    "pack does not hold": Sentence("{path}: DOES NOT HOLD", "{path} : NON CONFORME"),
    "pack of": Sentence(
        "made {made_at} for {company} ({company_id})", "établi {made_at} pour {company} ({company_id})"
    ),
    "orders in": Sentence(
        "{orders} work orders with {entries} entries, each chained and in the log",
        "{orders} ordres de travail et {entries} entrées, toutes enchaînées et présentes au journal",
    ),
    "erased in": Sentence(
        "of {erased} entries the texts were erased, and that shows",
        "les textes de {erased} entrées ont été effacés, et cela se voit",
    ),
    "files in": Sentence(
        "{files} files, {mb:.1f} MB, every byte as it was recorded",
        "{files} fichiers, {mb:.1f} Mo, chaque octet conforme à l'enregistrement",
    ),
    "bytes not in": Sentence(
        "{count} attachments and photos without their bytes; the manifest says why",
        "{count} pièces jointes et photos sans leurs octets ; le manifeste dit pourquoi",
    ),
    "signatures in": Sentence(
        "signed completions: {signatures}, each of what the log says",
        "clôtures signées : {signatures}, conformes au journal",
    ),
    "passkeys in": Sentence(
        "of these by passkey: {by_passkey}, right by the device's own key",
        "dont par clé d'accès : {by_passkey}, vérifiées par la clé de l'appareil",
    ),
    "checkpoint of": Sentence(
        "checkpoint over {size} entries, root {root}", "point de contrôle sur {size} entrées, racine {root}"
    ),
    "time stamps of": Sentence(
        "time stamps of this log over {sizes} entries are in stamps.jsonl; their tokens are not verified here",
        "stamps.jsonl contient des horodatages de ce journal sur {sizes} entrées ; jetons non vérifiés ici",
    ),
    "signed by given": Sentence(
        "signed by the key {key_id} that you gave", "signé par la clé {key_id} que vous donnez"
    ),
    "signed by own": Sentence(
        "signed by the key {key_id} of the pack itself: that proves little, for who changes a pack can sign it anew;"
        " compare the key, or give it with --key",
        "signé par la clé {key_id} du dossier lui-même : cela prouve peu, car qui modifie un dossier peut le signer de"
        " nouveau ; comparez la clé, ou donnez-la avec --key",
    ),
    "nothing dropped": Sentence(
        "since your checkpoint over {size} entries, nothing that it covers was changed or dropped",
        "depuis votre point de contrôle sur {size} entrées, rien de ce qu'il couvre n'a été modifié ni supprimé",
    ),
    "newer than kept": Sentence(
        "{count} entries here are newer than your checkpoint: not yet provable by it",
        "{count} entrées ici sont plus récentes que votre point de contrôle : il ne peut pas encore les prouver",
    ),
    "no checkpoint kept": Sentence(
        "without an earlier checkpoint it is not proven that nothing was rewritten before this pack was made",
        "sans point de contrôle antérieur, il n'est pas prouvé que rien n'a été réécrit avant ce dossier",
    ),
    "does not hold": Sentence("{where}: {finding}", "{where} : {finding}"),
    "and more": Sentence("and {count} more", "et {count} autres"),
}
