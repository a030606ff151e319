"""A webhook that is down, slow, wrong or hostile, and one that says yes."""

import hashlib
import hmac
import json
import socket
import subprocess
import time
from base64 import b64decode
from pathlib import Path
from threading import Thread

import pytest

from fettle.domain.checkpoint_copies import Fault
from fettle.domain.checkpoints import Checkpoint, read_note
from fettle.outside import exchange
from fettle.outside.webhook import WebhookTaker
from fettle.services.copy_ports import NotCopied
from tests.servers.listener import Listener, Reply


async def test_the_note_arrives_signed(listener: Listener, checkpoint: Checkpoint) -> None:
    await WebhookTaker(f"{listener.url}/hook?of=fettle", "the secret").take(checkpoint)
    (heard,) = listener.heard
    assert (heard.method, heard.path) == ("POST", "/hook?of=fettle")
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["host"] == f"127.0.0.1:{listener.port}"
    expected = hmac.new(b"the secret", heard.body, hashlib.sha256).hexdigest()
    assert heard.headers["x-fettle-signature"] == f"sha256={expected}"
    said = json.loads(heard.body)
    assert (said["companyId"], said["size"], said["note"]) == (checkpoint.company_id, 7, checkpoint.note)
    assert b64decode(said["root"]) == read_note(checkpoint.note).root
    assert said["madeAt"] == "2026-11-18T11:06:40.000Z"


async def test_without_a_secret_there_is_no_signature(listener: Listener, checkpoint: Checkpoint) -> None:
    await WebhookTaker(listener.url, None).take(checkpoint)
    assert "x-fettle-signature" not in listener.heard[0].headers


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(500), Fault.REFUSED),
        (Reply(404, b"no such hook"), Fault.REFUSED),
        (Reply(302, headers={"location": "http://127.0.0.1:1/"}), Fault.REDIRECTED),
        (Reply(200, bytes(70_000)), Fault.TOO_LARGE),
        (Reply(200, b"short", {"content-length": "9"}), Fault.NOT_UNDERSTOOD),
    ],
    ids=["fault", "missing", "redirect", "large", "cut"],
)
async def test_what_is_no_yes(listener: Listener, checkpoint: Checkpoint, reply: Reply, fault: Fault) -> None:
    listener.answer = lambda _: reply
    with pytest.raises(NotCopied) as raised:
        await WebhookTaker(listener.url, None).take(checkpoint)
    assert raised.value.fault is fault
    assert len(listener.heard) == 1
    listener.answer = lambda _: Reply(204)
    await WebhookTaker(listener.url, None).take(checkpoint)


async def test_a_redirect_leads_nowhere(listener: Listener, checkpoint: Checkpoint) -> None:
    elsewhere = Listener().start()
    listener.answer = lambda _: Reply(307, headers={"location": elsewhere.url})
    with pytest.raises(NotCopied):
        await WebhookTaker(listener.url, None).take(checkpoint)
    elsewhere.stop()
    assert elsewhere.heard == []


async def test_nobody_there(listener: Listener, checkpoint: Checkpoint) -> None:
    listener.stop()
    with pytest.raises(NotCopied) as raised:
        await WebhookTaker(listener.url, None).take(checkpoint)
    assert raised.value.fault is Fault.UNREACHABLE
    listener.start()
    await WebhookTaker(listener.url, None).take(checkpoint)


@pytest.mark.parametrize("drips", [False, True], ids=["silent", "dripping"])
async def test_a_slow_one_is_not_waited_for(
    checkpoint: Checkpoint,
    monkeypatch: pytest.MonkeyPatch,
    drips: bool,  # noqa: FBT001 - a table's cell
) -> None:
    monkeypatch.setattr(exchange, "_WITHIN_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_answer_slowly, args=(server, drips), daemon=True).start()
        before = time.monotonic()
        with pytest.raises(NotCopied) as raised:
            await WebhookTaker(f"http://127.0.0.1:{server.getsockname()[1]}", None).take(checkpoint)
    assert raised.value.fault is Fault.TIMED_OUT
    assert time.monotonic() - before < 3


def _answer_slowly(server: socket.socket, drips: bool) -> None:  # noqa: FBT001 - as above
    connection, _ = server.accept()
    with connection:
        for _ in range(50):
            time.sleep(0.1)
            try:
                connection.sendall(b"H" if drips else b"")
            except OSError:
                return


async def test_one_that_speaks_no_http(checkpoint: Checkpoint) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(b"220 mail.example.com ESMTP\r\n")

        Thread(target=answer, daemon=True).start()
        with pytest.raises(NotCopied) as raised:
            await WebhookTaker(f"http://127.0.0.1:{server.getsockname()[1]}", None).take(checkpoint)
    assert raised.value.fault is Fault.NOT_UNDERSTOOD


async def test_only_a_certificate_that_is_trusted_will_do(
    checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = _make_certificate(tmp_path)
    listener = Listener(certificate=str(pem)).start()
    with pytest.raises(NotCopied) as raised:
        await WebhookTaker(listener.url, None).take(checkpoint)
    assert raised.value.fault is Fault.UNREACHABLE
    assert listener.heard == []
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    await WebhookTaker(listener.url, None).take(checkpoint)
    listener.stop()
    assert len(listener.heard) == 1


def _make_certificate(folder: Path) -> Path:
    """A certificate of its own making and its key in one file; in another the certificate alone."""
    both, alone = folder / "server.pem", folder / "certificate.pem"
    made: list[str | Path] = ["-newkey", "rsa:2048", "-nodes", "-keyout", both, "-out", alone]
    about = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", "req", "-x509", *made, *about], check=True, capture_output=True)
    both.write_bytes(both.read_bytes() + alone.read_bytes())
    return both
