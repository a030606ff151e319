"""French or English, by what the client prefers (RFC 9110, section 12.5.4)."""

from functools import lru_cache

from fettle.domain.sentences import LANGUAGES


@lru_cache(maxsize=1024)
def choose_language(accepted: str | None, configured: str) -> str:
    """The language of Accept-Language with the highest weight that we speak, else the configured one."""
    if not accepted:
        return configured
    best, best_weight = configured, 0.0
    for part in accepted[:500].split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameter)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
