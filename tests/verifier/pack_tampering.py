"""What somebody does to a pack: to its bytes, to what is in it with or without the key, and to the whole log."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import msgspec

from fettle.signing import Ed25519Signer
from tests.verifier.pack_writer import Files, Made, relisted, signed, written, zipped


class PackTamperer:
    """The same seed does the same. A deed gives the bytes of the changed pack, and says what was done."""

    def __init__(self, seed: int, content: bytes, made: Made, signer: Ed25519Signer, stranger: Ed25519Signer) -> None:
        self.random = random.Random(seed)
        self._content = content
        self._made = made
        self._signer = signer
        self._stranger = stranger

    def change(self) -> tuple[bytes, str]:
        """One change at random."""
        deeds: list[Callable[[], tuple[bytes, str]]] = [
            *[self.flip, self.insert, self.delete, self.cut] * 3,
            *[self.change_file, self.drop_file, self.swap_files, self.add_file],
            *[self.change_line, self.drop_line, self.swap_lines, self.repeat_line, self.cut_lines] * 2,
            *[self.change_manifest, self.pack_anew, self.sign_with_another_key],
        ]
        return self.random.choice(deeds)()

    def flip(self) -> tuple[bytes, str]:
        place, bit = self._place(), 1 << self.random.randrange(8)
        changed = bytearray(self._content)
        changed[place] ^= bit
        return bytes(changed), f"flip {bit} of byte {place}"

    def insert(self) -> tuple[bytes, str]:
        place, more = self._place(), self.random.randbytes(self.random.randint(1, 9))
        return self._content[:place] + more + self._content[place:], f"insert {len(more)} at {place}"

    def delete(self) -> tuple[bytes, str]:
        place, count = self._place(), self.random.randint(1, 9)
        return self._content[:place] + self._content[place + count :], f"delete {count} at {place}"

    def cut(self) -> tuple[bytes, str]:
        return self._content[: self._place()], "cut"

    def change_file(self) -> tuple[bytes, str]:
        files = signed(self._made, self._signer)
        name = self.random.choice(list(files))
        files[name] = self._other(files[name])
        return zipped(files), f"change {name}"

    def drop_file(self) -> tuple[bytes, str]:
        files = signed(self._made, self._signer)
        name = self.random.choice(list(files))
        del files[name]
        return zipped(files), f"drop {name}"

    def swap_files(self) -> tuple[bytes, str]:
        files = signed(self._made, self._signer)
        one, two = self.random.sample(list(files), 2)
        files[one], files[two] = files[two], files[one]
        return zipped(files), f"swap {one} and {two}"

    def add_file(self) -> tuple[bytes, str]:
        return zipped({**signed(self._made, self._signer), "1/photos/more.jpg": b"more"}), "add a file"

    # What follows is done by who has the key, and lists and signs the pack anew.

    def change_line(self) -> tuple[bytes, str]:
        def edit(lines: list[dict[str, Any]]) -> None:
            line = self.random.choice(lines)
            key = self.random.choice([key for key in line if line[key]])
            value = line[key]
            if isinstance(value, int):
                line[key] += 1
            elif isinstance(value, str):
                line[key] = self._other(value.encode()).decode(errors="replace")
            else:
                value[self.random.randrange(len(value))] = value[0][::-1]

        return self._with_lines(edit, "change a line")

    def drop_line(self) -> tuple[bytes, str]:
        return self._with_lines(lambda lines: lines.pop(self.random.randrange(len(lines))), "drop a line")

    def cut_lines(self) -> tuple[bytes, str]:
        def edit(lines: list[dict[str, Any]]) -> None:
            del lines[self.random.randrange(len(lines)) :]

        return self._with_lines(edit, "cut lines")

    def repeat_line(self) -> tuple[bytes, str]:
        return self._with_lines(
            lambda lines: lines.insert(self.random.randrange(len(lines)), self.random.choice(lines)), "repeat a line"
        )

    def swap_lines(self) -> tuple[bytes, str]:
        def edit(lines: list[dict[str, Any]]) -> None:
            one, two = self.random.sample(range(len(lines)), 2)
            lines[one], lines[two] = lines[two], lines[one]

        return self._with_lines(edit, "swap lines")

    def change_manifest(self) -> tuple[bytes, str]:
        """A field of an order or of evidence says something else."""
        order = self.random.choice(self._made.manifest.orders)
        told: Any = {
            "name": "other",
            "status": "CANCELED",
            "version": order.version - 1,
            "number": order.number + 5,
            "log_sha256": "00" * 32,
            "description": "other",
            "evidence": order.evidence[1:],
            "approvals": [],
        }
        field = self.random.choice(list(told))
        orders = [
            msgspec.structs.replace(each, **{field: told[field]}) if each is order else each
            for each in self._made.manifest.orders
        ]
        manifest = msgspec.structs.replace(self._made.manifest, orders=orders)
        return written(self._made._replace(manifest=manifest), self._signer), f"manifest: {field}"

    def pack_anew(self) -> tuple[bytes, str]:
        """The same files in another ZIP."""
        file = io.BytesIO()
        kind = self.random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        with zipfile.ZipFile(file, "w", kind) as archive:
            for name, content in signed(self._made, self._signer).items():
                archive.writestr(name, content)
        return file.getvalue(), "pack anew"

    def sign_with_another_key(self) -> tuple[bytes, str]:
        return written(self._made, self._stranger), "another key"

    def _with_lines(self, edit: Callable[[list[dict[str, Any]]], Any], what: str) -> tuple[bytes, str]:
        name = self.random.choice([name for name in self._made.files if name.endswith("log.jsonl")])
        lines = [json.loads(line) for line in self._made.files[name].splitlines()]
        edit(lines)
        text = "".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
        files: Files = {**self._made.files, name: text.encode()}
        return written(relisted(Made(files, self._made.manifest)), self._signer), f"{what} of {name}"

    def _other(self, content: bytes) -> bytes:
        place = self.random.randrange(len(content))
        return content[:place] + bytes([content[place] ^ (1 << self.random.randrange(7))]) + content[place + 1 :]

    def _place(self) -> int:
        return self.random.randrange(len(self._content))
