"""A real time-stamping authority: OpenSSL's, behind a small HTTP server."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Literal

from tests.servers.listener import Heard, Listener, Reply

Signer = Literal["good", "expired", "unfit", "chained"]
_CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
_FOR_STAMPS = "extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
_FOR_CERTIFICATES = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"


class TimestampAuthority(Listener):
    """RFC 3161 over HTTP. `roots` is the PEM file to verify with.

    `signer` is whose certificate stamps: a good one, one that has expired, one that is not for time stamps, or one of a
    certificate authority in between. `bend` may change a request before it is answered.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(self._reply)
        self.signer: Signer = "good"
        self.bend: Callable[[bytes], bytes] = lambda query: query
        self._folder = folder
        self._one_at_a_time = Lock()
        folder.mkdir()
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self.roots = self._make_root("root")
        self._make("good", "root", _FOR_STAMPS)
        self._make("expired", "root", _FOR_STAMPS, days=-1)
        self._make("unfit", "root", "keyUsage=critical,digitalSignature\n")
        self._make("between", "root", _FOR_CERTIFICATES)
        self._make("chained", "between", _FOR_STAMPS)
        chain = [(folder / f"{name}.pem").read_text() for name in ("root", "between")]
        (folder / "chain.pem").write_text("".join(chain))
        (folder / "chain-turned.pem").write_text("".join(reversed(chain)))
        self.chain = "chain.pem"

    def other_roots(self) -> Path:
        """Those of somebody else."""
        return self._make_root("stranger")

    def run(self, *arguments: str | Path, given: bytes = b"") -> bytes:
        """What OpenSSL answers, in the folder of the authority; raises CalledProcessError."""
        done = subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True, input=given)
        return done.stdout

    def _reply(self, heard: Heard) -> Reply:
        assert heard.headers["content-type"] == "application/timestamp-query"
        with self._one_at_a_time:
            stamped = self._stamp(self.bend(heard.body))
        return Reply(body=stamped, headers={"content-type": "application/timestamp-reply"})

    def _stamp(self, query: bytes) -> bytes:
        (self._folder / "query.tsq").write_bytes(query)
        name = "good" if self.signer == "unfit" else self.signer
        more = ["-chain", self.chain] if self.signer == "chained" else []
        key = ["-signer", f"{name}.pem", "-inkey", f"{name}.key", *more]
        reply = self.run("ts", "-reply", "-config", "tsa.cnf", "-section", "here", "-queryfile", "query.tsq", *key)
        return self._sign_again(reply) if self.signer == "unfit" else reply

    def _sign_again(self, reply: bytes) -> bytes:
        """The same stamp signed with the unfit certificate, which `openssl ts` itself refuses to do."""
        token = self.run("ts", "-reply", "-in", "/dev/stdin", "-token_out", given=reply)
        kind = ["-econtent_type", "1.2.840.113549.1.9.16.1.4", "-binary", "-nodetach", "-outform", "DER"]
        stamp = self.run("cms", "-verify", "-noverify", "-inform", "DER", given=token)
        key = ["-signer", "unfit.pem", "-inkey", "unfit.key", "-nosmimecap", "-cades"]
        signed = self.run("cms", "-sign", *kind, *key, given=stamp)
        return self.run("ts", "-reply", "-in", "/dev/stdin", "-token_in", given=signed)

    def _make_root(self, name: str) -> Path:
        self._make_key(name)
        of = ["-key", f"{name}.key", "-subj", f"/CN={name}", "-days", "3650", "-out", f"{name}.pem"]
        self.run("req", "-x509", "-new", *of)
        return self._folder / f"{name}.pem"

    def _make(self, name: str, issuer: str, extensions: str, days: int = 3650) -> None:
        self._make_key(name)
        (self._folder / "extensions").write_text(extensions)
        self.run("req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out", f"{name}.csr")
        by = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-CAcreateserial", "-extfile", "extensions"]
        self.run("x509", "-req", "-in", f"{name}.csr", *by, "-days", str(days), "-out", f"{name}.pem")

    def _make_key(self, name: str) -> None:
        self.run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")
