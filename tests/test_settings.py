"""What the variables say is what the server does, and whoever mistypes one is told at once."""

import subprocess
from pathlib import Path

import pytest

from fettle.settings import Settings, SettingsError, read_language, read_settings


def test_nothing_set_is_the_embedded_server() -> None:
    assert read_settings({"HOME": "/home", "FETTLE_PORT": ""}) == Settings()


def test_values_are_read() -> None:
    settings = read_settings(
        {
            "FETTLE_DATA": "elsewhere",
            "FETTLE_PORT": "0",
            "FETTLE_LANGUAGE": "fr",
            "FETTLE_CDN_HOSTS": "cdn.example.com, IMG.example.com",
            "FETTLE_CDN_HTTPS_ONLY": "true",
            "FETTLE_TRUSTED_PROXIES": "10.1.2.3/8 ::1",
            "FETTLE_CORS_ORIGINS": "https://app.example.com/",
            "FETTLE_LOG_LEVEL": "WARNING",
        }
    )
    assert (settings.data, settings.port, settings.language) == (Path("elsewhere"), 0, "fr")
    assert settings.cdn_hosts == ("cdn.example.com", "img.example.com")
    assert settings.cdn_https_only
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1/128")
    assert settings.cors_origins == ("https://app.example.com",)
    assert settings.log_level == "warning"


def test_several_workers_go_with_postgresql() -> None:
    settings = read_settings({"FETTLE_WORKERS": "3", "FETTLE_DATABASE_URL": "postgresql://db/fettle"})
    assert (settings.workers, settings.is_sqlite) == (3, False)


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("FETTLE_PROT", "8000", "is not a setting"),
        ("FETTLE_PORT", "65536", "0 (any free one) to 65535"),
        ("FETTLE_PORT", "-1", "0 (any free one) to 65535"),
        ("FETTLE_PORT", "٣", "0 (any free one) to 65535"),
        ("FETTLE_WORKERS", "0", "from 1 to 64"),
        ("FETTLE_WORKERS", "2", "SQLite takes one worker"),
        ("FETTLE_LANGUAGE", "de", "en or fr"),
        ("FETTLE_MAX_UPLOAD_BYTES", "1GB", "a number of bytes"),
        ("FETTLE_PHOTO_OBJECTS", "no", "watch or required"),
        ("FETTLE_ATTACHMENT_BYTES", "yes", "optional or required"),
        ("FETTLE_CDN_HTTPS_ONLY", "maybe", "true or false"),
        ("FETTLE_CDN_HOSTS", "https://cdn.example.com", "host names"),
        ("FETTLE_TRUSTED_PROXIES", "proxy.local", "networks"),
        ("FETTLE_CORS_ORIGINS", "app.example.com", "origins"),
        ("FETTLE_PUBLIC_URL", "ftp://example.com", "http or https"),
        ("FETTLE_BLOBS_URL", "gs://bucket", "s3://bucket/prefix"),
        ("FETTLE_BLOBS_URL", "s3://", "s3://bucket/prefix"),
        ("FETTLE_LOG_LEVEL", "loud", "debug, info"),
        ("FETTLE_CHECKPOINT_WEBHOOK", "http://hooks.example.com/x", "an https address"),
        ("FETTLE_CHECKPOINT_WEBHOOK", "https://me:secret@hooks.example.com/x", "an https address"),
        ("FETTLE_CHECKPOINT_WEBHOOK", "https://hooks.example.com/x y", "an https address"),
        ("FETTLE_CHECKPOINT_WEBHOOK", "https://hooks.example.com:port/", "an https address"),
        ("FETTLE_CHECKPOINT_S3", "s3://bucket/proof", "retention_days=3650"),
        ("FETTLE_CHECKPOINT_S3", "s3://bucket?retention_days=0", "retention_days=3650"),
        ("FETTLE_CHECKPOINT_S3", "/folder?retention_days=9", "retention_days=3650"),
        ("FETTLE_TIMESTAMP_URL", "https://tsa.example.com", "FETTLE_TIMESTAMP_ROOTS"),
        ("FETTLE_TIMESTAMP_URL", "tsa.example.com", "an https address"),
        ("FETTLE_TIMESTAMP_ROOTS", "/nowhere/at/all", "a PEM file"),
        ("FETTLE_TIMESTAMP_ROOTS", __file__, "a PEM file"),
        ("FETTLE_DATABASE_URL_FILE", "/nowhere/at/all", "cannot be read"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(name: str, value: str, accepted: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({name: value})
    said = str(raised.value)
    assert name in said
    assert accepted in said
    assert "\n" not in said
    french = raised.value.sentence.fr
    assert name in french
    assert french != said


def test_destinations_of_checkpoints_are_read(tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    made: list[str | Path] = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        tmp_path / "key",
        "-out",
        roots,
    ]
    subprocess.run(["openssl", "req", "-x509", *made, "-subj", "/CN=root"], check=True, capture_output=True)
    settings = read_settings(
        {
            "FETTLE_CHECKPOINT_FOLDER": "copies",
            "FETTLE_CHECKPOINT_WEBHOOK": "http://hooks:9000/fettle?token=1",
            "FETTLE_CHECKPOINT_S3": "s3://bucket/proof?retention_days=3650",
            "FETTLE_TIMESTAMP_URL": "http://10.0.0.9/tsa",
            "FETTLE_TIMESTAMP_ROOTS": str(roots),
        }
    )
    assert settings.checkpoint_folder == Path("copies")
    assert settings.checkpoint_webhook == "http://hooks:9000/fettle?token=1"
    assert settings.checkpoint_s3 == "s3://bucket/proof?retention_days=3650"
    assert (settings.timestamp_url, settings.timestamp_roots) == ("http://10.0.0.9/tsa", roots)


def test_the_language_is_known_before_the_settings_are() -> None:
    assert read_language({"FETTLE_LANGUAGE": "fr", "FETTLE_PORT": "x"}) == "fr"
    assert read_language({"FETTLE_LANGUAGE": "de"}) == "en"
    assert read_language({}) == "en"


def test_a_secret_is_never_repeated() -> None:
    with pytest.raises(SettingsError) as raised:
        read_settings({"FETTLE_DATABASE_URL": "mysql://fettle:hunter2@db/fettle"})
    assert "hunter2" not in str(raised.value)
    assert "hunter2" not in raised.value.sentence.fr
    assert "postgresql://" in str(raised.value)
    with pytest.raises(SettingsError) as raised:
        read_settings({"FETTLE_CHECKPOINT_WEBHOOK": "http://hooks.example.com/hunter2"})
    assert "hunter2" not in str(raised.value) + raised.value.sentence.fr


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://db/fettle\n")
    settings = read_settings({"FETTLE_DATABASE_URL_FILE": str(file)})
    assert settings.database_url == "postgresql://db/fettle"


def test_a_secret_has_one_source(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://db/fettle")
    with pytest.raises(SettingsError, match="is set as well"):
        read_settings({"FETTLE_DATABASE_URL_FILE": str(file), "FETTLE_DATABASE_URL": "postgresql://db/other"})


def test_an_empty_secret_file_stops_loudly(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.touch()
    with pytest.raises(SettingsError, match="is empty"):
        read_settings({"FETTLE_DATABASE_URL_FILE": str(file)})
