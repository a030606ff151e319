"""Why somebody is not let in or may not do something, in English and French, by the code that never changes."""

from typing import Final

from fettle.domain.sentences import Sentence

ACCESS_MESSAGES: Final = {
    "UNAUTHENTICATED": Sentence(
        "No valid credential was sent.", "Non authentifié : aucun identifiant valable n'a été envoyé."
    ),
    "WRONG_PASSWORD": Sentence(
        "The e-mail address or the password is wrong.", "Non authentifié : e-mail ou mot de passe erroné."
    ),
    "WRONG_PASSKEY": Sentence(
        "The passkey's answer does not count: it is no passkey of yours, or not for this challenge, or too old. Ask "
        "for a new challenge.",
        "Non authentifié : la réponse de la clé d'accès ne vaut pas. Ce n'est pas une clé à vous, ou pas pour ce défi, "
        "ou elle vient trop tard. Demandez un nouveau défi.",
    ),
    "FORBIDDEN": Sentence(
        "This needs the right `{scope}`, which you do not have.",
        "Accès refusé : il vous manque le droit `{scope}`.",
    ),
    "NOT_YOURSELF": Sentence(
        "You can only act in your own name; a key with the right `on_behalf_of` may name others.",
        "Accès refusé : vous n'agissez qu'en votre nom ; une clé ayant le droit `on_behalf_of` peut nommer autrui.",
    ),
    "ROLE_NOT_ALLOWED": Sentence(
        "This is done by {roles}; {role} is not among them.",
        "Accès refusé : ceci revient à {roles} ; {role} n'en fait pas partie.",
    ),
    "FOUR_EYES": Sentence(
        "Nobody approves what they made or last edited themselves; somebody else has to.",
        "Accès refusé : nul n'approuve ce qu'il a créé ou modifié en dernier ; c'est à quelqu'un d'autre de le faire.",
    ),
    "KEYS_NEED_A_PERSON": Sentence(
        "API keys are managed by a signed-in administrator, never by a key.",
        "Accès refusé : les clés d'API se gèrent par un administrateur connecté, jamais par une clé.",
    ),
    "USER_TOKEN_REQUIRED": Sentence(
        "This is done by a signed-in person, not by an API key.",
        "Accès refusé : seule une personne connectée peut le faire, pas une clé d'API.",
    ),
    "CROSS_SITE": Sentence(
        "This was asked for by a page of another site; do it on a page of this server.",
        "Accès refusé : la demande vient d'une page d'un autre site ; faites-la depuis une page de ce serveur.",
    ),
}
