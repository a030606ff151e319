"""What was signed can be checked from a pack alone: statement, passkey, drawing; whatever was done to them is found."""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fettle.domain.packs import PackedSignature
from fettle.domain.verdict import Steps, Verdict
from fettle.domain.verification import Finding, Problem
from fettle.verifier.packs import Trusted, verify
from tests.contracts.pms.authenticator import Authenticator, decode, encode
from tests.verifier import by_the_book
from tests.verifier.pack_writer import Made, relisted, written
from tests.verifier.signed import DRAWING, ORIGIN, SignedWorld, opened

PASSWORD, PASSKEY = 5, 7
DRAWN = f"1/signatures/{PASSWORD}.png"


def verdict_of(content: bytes, tmp_path: Path) -> Verdict:
    (tmp_path / "pack.zip").write_bytes(content)
    return verify(tmp_path / "pack.zip", Trusted(), Steps())


def signed_anew(world: SignedWorld, tmp_path: Path, made: Made) -> list[Problem]:
    """What is found of it once who has the key listed and signed all of it again; the second verifier finds it too."""
    found = verdict_of(written(relisted(made), world.signer), tmp_path)
    if not found.holds:
        with pytest.raises(Exception):  # noqa: B017, PT011 - it names nothing, and raises whatever comes
            by_the_book.verify(str(tmp_path / "pack.zip"))
    return found.problems


def with_signatures(made: Made, signatures: list[PackedSignature]) -> Made:
    orders = [msgspec.structs.replace(made.manifest.orders[0], signatures=signatures)]
    return made._replace(manifest=msgspec.structs.replace(made.manifest, orders=orders))


def changed(made: Made, version: int, **values: Any) -> Made:
    """The manifest says something else of one of the signatures."""
    signatures = made.manifest.orders[0].signatures
    return with_signatures(
        made, [msgspec.structs.replace(each, **values) if each.version == version else each for each in signatures]
    )


def test_signatures_hold_with_all_that_belongs_to_them(signed_world: SignedWorld, tmp_path: Path) -> None:
    found = verdict_of(signed_world.pack, tmp_path)
    assert (found.problems, found.signatures, found.by_passkey) == ([], 2, 1)
    assert by_the_book.verify(str(tmp_path / "pack.zip")) == found.entries == PASSKEY
    made = signed_world.made
    by_password, by_passkey = made.manifest.orders[0].signatures
    assert (by_password.version, by_password.method, by_password.assertion) == (PASSWORD, "password", None)
    assert (by_passkey.version, by_passkey.method, by_passkey.path) == (PASSKEY, "passkey", None)
    assert (by_password.path, made.files[DRAWN]) == (DRAWN, DRAWING)
    assert signed_anew(signed_world, tmp_path, made) == []


def test_a_drawing_goes_with_the_words_that_are_erased(signed_world: SignedWorld, tmp_path: Path) -> None:
    found = verdict_of(signed_world.erased, tmp_path)
    assert (found.problems, found.signatures, found.by_passkey) == ([], 2, 1)
    assert by_the_book.verify(str(tmp_path / "pack.zip")) == found.entries
    made = opened(signed_world.erased)
    assert DRAWN not in made.files
    assert [each.path for each in made.manifest.orders[0].signatures] == [None, None]


def test_a_signature_that_one_of_the_two_does_not_know_is_found(signed_world: SignedWorld, tmp_path: Path) -> None:
    made = signed_world.made
    by_password, by_passkey = made.manifest.orders[0].signatures
    more = msgspec.structs.replace(by_passkey, version=3)
    for signatures, version in (([by_password], PASSKEY), ([by_passkey], PASSWORD)):
        problems = signed_anew(signed_world, tmp_path, with_signatures(made, signatures))
        assert problems[-1] == (Finding.RECORD_DIFFERS, f"1 signature {version}")
        assert [problem.where for problem in problems[:-1]] == [DRAWN] * (version == PASSWORD)
    for added, version in ((more, 3), (by_passkey, PASSKEY)):
        problems = signed_anew(signed_world, tmp_path, with_signatures(made, [by_password, by_passkey, added]))
        assert problems == [(Finding.RECORD_DIFFERS, f"1 signature {version}")]


def test_what_is_said_otherwise_of_a_signature_is_found(signed_world: SignedWorld, tmp_path: Path) -> None:
    for version, values in (
        (PASSWORD, {"method": "passkey"}),
        (PASSKEY, {"method": "password"}),
        (PASSWORD, {"statement_sha256": "0" * 64}),
        (PASSWORD, {"assertion": "{}"}),
        (PASSKEY, {"assertion": None}),
    ):
        problems = signed_anew(signed_world, tmp_path, changed(signed_world.made, version, **values))
        assert problems[0] == (Finding.RECORD_DIFFERS, f"1 signature {version}"), values


def test_an_answer_of_another_passkey_is_found(signed_world: SignedWorld, tmp_path: Path) -> None:
    made = signed_world.made
    (kept,) = [each for each in made.manifest.orders[0].signatures if each.version == PASSKEY]
    answer = Authenticator(ORIGIN).get({"publicKey": {"challenge": encode(bytes.fromhex(kept.statement_sha256))}})
    other = json.loads(kept.assertion or "") | {"signature": answer["response"]["signature"]}
    problems = signed_anew(signed_world, tmp_path, changed(made, PASSKEY, assertion=json.dumps(other)))
    where = f"1 signature {PASSKEY}"
    assert problems == [(Finding.RECORD_DIFFERS, where), (Finding.SIGNATURE_WRONG, where)]
    data = json.loads(decode(other["client_data_json"]))
    assert data["challenge"] == encode(bytes.fromhex(kept.statement_sha256))


def test_a_drawing_that_is_gone_or_another_is_found(signed_world: SignedWorld, tmp_path: Path) -> None:
    made = signed_world.made
    files = {path: content for path, content in made.files.items() if path != DRAWN}
    without = changed(made._replace(files=files), PASSWORD, path=None)
    where = f"1 signature {PASSWORD}"
    assert signed_anew(signed_world, tmp_path, without) == [(Finding.BYTES_MISSING, where)]
    assert signed_anew(signed_world, tmp_path, made._replace(files=files)) == [(Finding.FILE_MISSING, DRAWN)]
    other = made._replace(files={**made.files, DRAWN: b"another hand"})
    assert signed_anew(signed_world, tmp_path, other) == [(Finding.FILE_CHANGED, DRAWN)]
    elsewhere = changed(made, PASSKEY, path=DRAWN)
    assert signed_anew(signed_world, tmp_path, elsewhere) == [(Finding.FILE_CHANGED, DRAWN)]


@pytest.mark.parametrize("field", ["statement_sha256", "evidence_sha256", "content_sha256", "drawn_sha256"])
def test_a_statement_that_is_not_what_the_log_adds_up_to_is_found(
    signed_world: SignedWorld, tmp_path: Path, field: str
) -> None:
    """Even of a log that was made anew from its first entry to its last would the words of the entry have to fit."""
    name, made = "1/log.jsonl", signed_world.made
    lines = made.files[name].splitlines()
    line = json.loads(lines[PASSWORD - 1])
    leaf = json.loads(line["leaf"])
    leaf["data"][field] = hashlib.sha256(b"other").hexdigest()
    line["leaf"] = json.dumps(leaf, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    lines[PASSWORD - 1] = json.dumps(line, ensure_ascii=False).encode()
    problems = signed_anew(signed_world, tmp_path, made._replace(files={**made.files, name: b"\n".join(lines) + b"\n"}))
    assert (Finding.STATEMENT_DIFFERS, f"1 signature {PASSWORD}") in problems
