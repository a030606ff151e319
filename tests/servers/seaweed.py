"""A real S3 server from a wheel, without root or Docker."""

import json
import secrets
import shutil
import signal
import subprocess
import sysconfig
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlencode

from obstore.exceptions import BaseError
from obstore.store import S3Store

from tests.servers.process import ServerProcess, free_ports

_PROGRAMS = ("s3", "master", "volume", "filer", "admin")
_PORTS = [f"{program}.port{kind}" for program in _PROGRAMS for kind in ("", ".grpc")]
_SOCKETS = Path("/tmp")  # noqa: S108 - the program's own choice, which no option changes for all of them
_UNUSED = ("admin.ui", "webdav", "master.telemetry")
_SLOW_AFTER_A_RESTART = ("master.resumeState",)  # one start in four then took 5 to 20 seconds


class SeaweedServer:
    """SeaweedFS with its S3 gateway on loopback ports of its own, in a private folder.

    `bucket` exists once it is started; writing to any other bucket makes that one.
    Ports, keys and objects stay the same over `stop()` and `start()`.
    """

    bucket = "fettle"
    region = "us-east-1"

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="fettle-s3-"))
        self._ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
        self.access_key = secrets.token_hex(8)
        self.secret_key = secrets.token_hex(16)
        (self._folder / "data").mkdir()
        (self._folder / "s3.json").write_text(json.dumps(self._access_rules()))
        self._process = ServerProcess(self._folder)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._ports['s3.port']}"

    def url(self, prefix: str = "") -> str:
        """Return the address in the form of FETTLE_BLOBS_URL, without the keys."""
        return f"s3://{self.bucket}/{prefix}?{urlencode({'endpoint': self.endpoint})}"

    def store(self, bucket: str = "", max_retries: int = 10) -> S3Store:
        """Return a client of its own, to look behind the back of the code under test."""
        return S3Store(
            bucket or self.bucket,
            endpoint=self.endpoint,
            region=self.region,
            access_key_id=self.access_key,
            secret_access_key=self.secret_key,
            client_options={"allow_http": True},
            retry_config={"max_retries": max_retries},
        )

    def make_locked_bucket(self) -> str:
        """Make a bucket with object lock and return its name."""
        name = f"locked-{secrets.token_hex(4)}"
        status, _ = self.send("PUT", name, "x-amz-bucket-object-lock-enabled: true")
        assert status == 200
        return name

    def send(self, method: str, path: str, *headers: str, content: str = "") -> tuple[int, str]:
        """Status and body of a request signed by curl: none of our own code is in it."""
        signed = ["--aws-sigv4", f"aws:amz:{self.region}:s3", "--user", f"{self.access_key}:{self.secret_key}"]
        more = [
            part for header in ("x-amz-content-sha256: UNSIGNED-PAYLOAD", *headers) for part in ("--header", header)
        ]
        command = ["curl", "--silent", "--request", method, *signed, *more, "--data-binary", content]
        command += ["--write-out", "\n%{http_code}", f"{self.endpoint}/{path}"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        body, _, status = said.rpartition("\n")
        return int(status), body

    def start(self) -> None:
        """Start and wait until the bucket answers; raises ServerDidNotStart."""
        weed = Path(sysconfig.get_path("scripts"), "weed")
        environment = {"HOME": str(self._folder)}
        self._process.start([weed, "mini", *self._options()], environment, self._answers)

    def stop(self) -> None:
        """Stop as an administrator would (about two seconds)."""
        self._process.stop(signal.SIGINT)

    def crash(self) -> None:
        """Stop at once, in the middle of whatever it was doing."""
        self._process.stop(signal.SIGKILL)

    def remove(self) -> None:
        self.crash()
        shutil.rmtree(self._folder)
        for port in self._ports.values():
            for left in _SOCKETS.glob(f"seaweedfs-*-{port}.sock"):
                left.unlink()

    def _answers(self) -> bool:
        """Whether an object can be stored: the gateway is up seconds before the volumes sometimes are."""
        store = self.store(max_retries=0)
        try:
            store.put("ready", b"?")
            store.delete("ready")
        except BaseError:
            return False
        return True

    def _options(self) -> list[str]:
        options = {
            "dir": "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "bucket": self.bucket,
            "s3.config": "s3.json",
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            **dict.fromkeys((*_UNUSED, *_SLOW_AFTER_A_RESTART), "false"),
            **self._ports,
        }
        return [f"-{name}={value}" for name, value in options.items()]

    def _access_rules(self) -> dict[str, object]:
        keys = {"accessKey": self.access_key, "secretKey": self.secret_key}
        return {"identities": [{"name": "fettle", "credentials": [keys], "actions": ["Admin"]}]}
