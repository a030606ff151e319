"""Settings come from FETTLE_* variables, are read once, and never change while the server runs (docs/settings.md)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fettle.domain.sentences import LANGUAGES, Sentence, SpokenError
from fettle.setting_kinds import (
    certificates,
    choice,
    crash_point,
    folder_or_s3,
    host_name,
    integer,
    level,
    listed,
    locked_bucket,
    network,
    origin,
    outside,
    site,
    url,
    yes_or_no,
)

_GIB: Final = 1 << 30
_DAY_S: Final = 86_400
_LONGEST_SHOWN: Final = 100


class SettingsError(SpokenError):
    """A setting is unknown, or its value is not taken; the text is one line that says which and what is accepted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What the one who runs the server decided. `database_url` and `blobs_url` are None for what is in `data`."""

    data: Path = Path("fettle-data")
    database_url: str | None = None
    blobs_url: str | None = None
    s3_access_key_id: str | None = None
    s3_secret_access_key: str | None = None
    s3_public_endpoint: str | None = None
    spool: Path | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    language: str = "en"
    log_level: str = "info"
    session_hours: int = 12
    max_upload_bytes: int = _GIB
    attachment_bytes: str = "optional"
    photo_objects: str = "watch"
    photo_grace_s: int = _DAY_S
    same_photo: str = "flag"
    cdn_hosts: tuple[str, ...] = ()
    cdn_https_only: bool = False
    orphan_grace_s: int = _DAY_S
    upload_expires_s: int = 7 * _DAY_S
    signing_key_file: Path | None = None
    checkpoint_every_s: int = 300
    checkpoint_folder: Path | None = None
    checkpoint_webhook: str | None = None
    checkpoint_webhook_secret: str | None = None
    checkpoint_s3: str | None = None
    checkpoint_s3_access_key_id: str | None = None
    checkpoint_s3_secret_access_key: str | None = None
    timestamp_url: str | None = None
    timestamp_roots: Path | None = None
    check_every_s: int = 30 * _DAY_S
    check_bytes_per_s: int = 20 << 20
    server: str | None = None
    key: str | None = None
    crash_point: tuple[str, int] | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether rows are kept in the data folder."""
        return self.database_url is None or self.database_url.startswith("sqlite:")


def read_language(environ: Mapping[str, str]) -> str:
    """The language to speak before the settings are read, and when they are refused: English unless another is set."""
    language = environ.get("FETTLE_LANGUAGE", "")
    return language if language in LANGUAGES else LANGUAGES[0]


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of an environment; an empty value counts as none. Raises SettingsError."""
    given = {name: value for name, value in environ.items() if name.startswith("FETTLE_")}
    for name in given.keys() - _READERS.keys() - _FILES.keys():
        raise SettingsError(
            f"{name} is not a setting of Fettle; docs/settings.md lists them all.",
            f"{name} n'est pas un réglage de Fettle ; docs/settings.md les énumère tous.",
        )
    texts = {name: value for name, value in given.items() if value and name not in _FILES}
    for name, value in given.items():
        if value and name in _FILES:
            texts[_FILES[name]] = _read_file(name, value, texts)
    settings = Settings(**dict(_read(name, text) for name, text in texts.items()))
    _require_consistent(settings)
    return settings


def _require_consistent(settings: Settings) -> None:
    if settings.workers > 1 and settings.is_sqlite:
        raise SettingsError(
            f"FETTLE_WORKERS={settings.workers}: SQLite takes one worker; set FETTLE_DATABASE_URL to a PostgreSQL.",
            f"FETTLE_WORKERS={settings.workers} : SQLite n'admet qu'un processus ; "
            "indiquez un PostgreSQL dans FETTLE_DATABASE_URL.",
        )
    if (settings.timestamp_url is None) != (settings.timestamp_roots is None):
        raise SettingsError(
            "FETTLE_TIMESTAMP_URL and FETTLE_TIMESTAMP_ROOTS go together; set both.",
            "FETTLE_TIMESTAMP_URL et FETTLE_TIMESTAMP_ROOTS vont ensemble ; définissez les deux.",
        )


def _read(name: str, text: str) -> tuple[str, Any]:
    reader, accepted = _READERS[name]
    try:
        return name.removeprefix("FETTLE_").lower(), reader(text)
    except ValueError:
        shown = "…" if name in _FILES.values() else text[:_LONGEST_SHOWN]
        raise SettingsError(
            f"{name}={shown}: {accepted.en} is accepted.", f"{name}={shown} : valeur refusée ; il faut {accepted.fr}."
        ) from None


def _read_file(name: str, path: str, texts: Mapping[str, str]) -> str:
    if _FILES[name] in texts:
        raise SettingsError(
            f"{name}={path}: {_FILES[name]} is set as well; set one of the two.",
            f"{name}={path} : {_FILES[name]} est défini aussi ; n'en définissez qu'un des deux.",
        )
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{name}={path}: the file cannot be read ({error}).", f"{name}={path} : le fichier est illisible ({error})."
        ) from None
    if not secret:
        raise SettingsError(
            f"{name}={path}: the file is empty; a file that holds the value is accepted.",
            f"{name}={path} : le fichier est vide ; il doit contenir la valeur.",
        )
    return secret


_OUTSIDE: Final = Sentence(
    "an https address, or http in the own network", "une adresse https, ou http dans le réseau local"
)
# How each variable is read, and how that is told to somebody who wrote something else.
_READERS: Final[Mapping[str, tuple[Callable[[str], Any], Sentence]]] = {
    "FETTLE_DATA": (Path, Sentence("a folder", "un dossier")),
    "FETTLE_DATABASE_URL": (
        url("postgresql", "sqlite"),
        Sentence(
            "postgresql://user:password@host/database or sqlite:///path",
            "postgresql://utilisateur:motdepasse@hôte/base ou sqlite:///chemin",
        ),
    ),
    "FETTLE_BLOBS_URL": (
        folder_or_s3,
        Sentence(
            "a folder or s3://bucket/prefix?endpoint=https://host",
            "un dossier ou s3://bucket/préfixe?endpoint=https://hôte",
        ),
    ),
    "FETTLE_S3_ACCESS_KEY_ID": (str, Sentence("the name of an access key", "le nom d'une clé d'accès")),
    "FETTLE_S3_SECRET_ACCESS_KEY": (str, Sentence("the secret of an access key", "le secret d'une clé d'accès")),
    "FETTLE_S3_PUBLIC_ENDPOINT": (site, Sentence("an http or https address", "une adresse http ou https")),
    "FETTLE_SPOOL": (Path, Sentence("a folder", "un dossier")),
    "FETTLE_HOST": (str, Sentence("an address of this machine", "une adresse de cette machine")),
    "FETTLE_PORT": (
        integer(0, 65_535),
        Sentence("a port from 0 (any free one) to 65535", "un port de 0 (un port libre quelconque) à 65535"),
    ),
    "FETTLE_WORKERS": (
        integer(1, 64),
        Sentence("a number of processes from 1 to 64", "un nombre de processus de 1 à 64"),
    ),
    "FETTLE_PUBLIC_URL": (site, Sentence("an http or https address", "une adresse http ou https")),
    "FETTLE_TRUSTED_PROXIES": (
        listed(network),
        Sentence(
            "a list of addresses or networks such as 10.0.0.0/8", "une liste d'adresses ou de réseaux comme 10.0.0.0/8"
        ),
    ),
    "FETTLE_CORS_ORIGINS": (
        listed(origin),
        Sentence(
            "a list of origins such as https://app.example.com, or *",
            "une liste d'origines comme https://app.example.com, ou *",
        ),
    ),
    "FETTLE_LANGUAGE": (choice(*LANGUAGES), Sentence("en or fr", "en ou fr")),
    "FETTLE_LOG_LEVEL": (level, Sentence("debug, info, warning or error", "debug, info, warning ou error")),
    "FETTLE_SESSION_HOURS": (
        integer(1, 8760),
        Sentence("a number of hours from 1 to 8760", "un nombre d'heures de 1 à 8760"),
    ),
    "FETTLE_MAX_UPLOAD_BYTES": (
        integer(1, 1 << 40),
        Sentence("a number of bytes from 1 to 1099511627776", "un nombre d'octets de 1 à 1099511627776"),
    ),
    "FETTLE_ATTACHMENT_BYTES": (
        choice("optional", "required"),
        Sentence("optional or required", "optional ou required"),
    ),
    "FETTLE_PHOTO_OBJECTS": (choice("watch", "required"), Sentence("watch or required", "watch ou required")),
    "FETTLE_SAME_PHOTO": (
        choice("allow", "flag", "refuse"),
        Sentence("allow, flag or refuse", "allow, flag ou refuse"),
    ),
    "FETTLE_PHOTO_GRACE_S": (
        integer(0, 366 * _DAY_S),
        Sentence("a number of seconds from 0 to 31622400", "un nombre de secondes de 0 à 31622400"),
    ),
    "FETTLE_CDN_HOSTS": (listed(host_name), Sentence("a list of host names", "une liste de noms d'hôtes")),
    "FETTLE_CDN_HTTPS_ONLY": (yes_or_no, Sentence("true or false", "true ou false")),
    "FETTLE_UPLOAD_EXPIRES_S": (
        integer(3600, 366 * _DAY_S),
        Sentence("a number of seconds from 3600 to 31622400", "un nombre de secondes de 3600 à 31622400"),
    ),
    "FETTLE_ORPHAN_GRACE_S": (
        integer(3600, 366 * _DAY_S),
        Sentence("a number of seconds from 3600 to 31622400", "un nombre de secondes de 3600 à 31622400"),
    ),
    "FETTLE_SIGNING_KEY_FILE": (Path, Sentence("a file", "un fichier")),
    "FETTLE_CHECKPOINT_EVERY_S": (
        integer(1, 366 * _DAY_S),
        Sentence("a number of seconds from 1 to 31622400", "un nombre de secondes de 1 à 31622400"),
    ),
    "FETTLE_CHECKPOINT_FOLDER": (Path, Sentence("a folder", "un dossier")),
    "FETTLE_CHECKPOINT_WEBHOOK": (outside, _OUTSIDE),
    "FETTLE_CHECKPOINT_WEBHOOK_SECRET": (str, Sentence("a secret", "un secret")),
    "FETTLE_CHECKPOINT_S3": (
        locked_bucket,
        Sentence(
            "s3://bucket/prefix?endpoint=https://host&retention_days=3650",
            "s3://bucket/préfixe?endpoint=https://hôte&retention_days=3650",
        ),
    ),
    "FETTLE_CHECKPOINT_S3_ACCESS_KEY_ID": (str, Sentence("the name of an access key", "le nom d'une clé d'accès")),
    "FETTLE_CHECKPOINT_S3_SECRET_ACCESS_KEY": (str, Sentence("a secret", "un secret")),
    "FETTLE_TIMESTAMP_URL": (outside, _OUTSIDE),
    "FETTLE_TIMESTAMP_ROOTS": (
        certificates,
        Sentence("a PEM file of certificates", "un fichier PEM de certificats"),
    ),
    "FETTLE_CHECK_EVERY_S": (integer(0, 3660 * _DAY_S), Sentence("seconds, or 0", "des secondes, ou 0")),
    "FETTLE_CHECK_BYTES_PER_S": (
        integer(1 << 10, 1 << 40),
        Sentence("a number of bytes from 1024 to 1099511627776", "un nombre d'octets de 1024 à 1099511627776"),
    ),
    "FETTLE_SERVER": (site, Sentence("an http or https address", "une adresse http ou https")),
    "FETTLE_KEY": (str, Sentence("an API key", "une clé d'API")),
    "FETTLE_CRASH_POINT": (
        crash_point,
        Sentence(
            "a point of domain/crash_points.py, or point:passes",
            "un point de domain/crash_points.py, ou point:passages",
        ),
    ),
}
# Secrets may be kept in files; each of these names one.
_FILES: Final = {
    "FETTLE_DATABASE_URL_FILE": "FETTLE_DATABASE_URL",
    "FETTLE_S3_ACCESS_KEY_ID_FILE": "FETTLE_S3_ACCESS_KEY_ID",
    "FETTLE_S3_SECRET_ACCESS_KEY_FILE": "FETTLE_S3_SECRET_ACCESS_KEY",
    "FETTLE_KEY_FILE": "FETTLE_KEY",
    "FETTLE_CHECKPOINT_WEBHOOK_FILE": "FETTLE_CHECKPOINT_WEBHOOK",
    "FETTLE_CHECKPOINT_WEBHOOK_SECRET_FILE": "FETTLE_CHECKPOINT_WEBHOOK_SECRET",
    "FETTLE_CHECKPOINT_S3_ACCESS_KEY_ID_FILE": "FETTLE_CHECKPOINT_S3_ACCESS_KEY_ID",
    "FETTLE_CHECKPOINT_S3_SECRET_ACCESS_KEY_FILE": "FETTLE_CHECKPOINT_S3_SECRET_ACCESS_KEY",
}
