"""What somebody does to a pack: to its bytes, to what is in it with or without the key, and to the whole log."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from fettle.signing import Ed25519Signer
from tests.verifier.pack_writer import Files, Made, relisted, signed, written, zipped

Line = dict[str, Any]
_END_SIZE = 22


class Changed(NamedTuple):
    """The changed pack, what was done to it, and the places of which one has to be named."""

    content: bytes
    what: str
    places: list[str]

    @property
    def is_of_form(self) -> bool:
        """Whether it can be seen only by who reads the ZIP itself, byte by byte."""
        return all(place.startswith("byte") for place in self.places)

    def names_it(self, where: str) -> bool:
        """Whether a problem is said to be there; a line or a byte may be told more exactly."""
        return any(f"{where} ".startswith(f"{place} ") for place in self.places)


class PackTamperer:
    """The same seed does the same."""

    def __init__(self, seed: int, content: bytes, made: Made, signer: Ed25519Signer, stranger: Ed25519Signer) -> None:
        self.random = random.Random(seed)
        self._content = content
        self._made = made
        self._signer = signer
        self._stranger = stranger

    def change(self) -> Changed:
        """One change at random."""
        deeds: list[Callable[[], Changed]] = [
            *[self.flip, self.insert, self.delete, self.cut] * 3,
            *[self.change_file, self.drop_file, self.swap_files, self.add_file],
            *[self.change_line, self.drop_line, self.swap_lines, self.repeat_line, self.cut_lines] * 2,
            *[self.change_manifest, self.pack_anew, self.sign_with_another_key],
        ]
        return self.random.choice(deeds)()

    def flip(self) -> Changed:
        place, bit = self._place(), 1 << self.random.randrange(8)
        changed = bytearray(self._content)
        changed[place] ^= bit
        return Changed(bytes(changed), f"flip {bit} of byte {place}", self._places_of(place))

    def insert(self) -> Changed:
        place, more = self._place(), self.random.randbytes(self.random.randint(1, 9))
        return _moved(self._content[:place] + more + self._content[place:], f"insert {len(more)} at {place}")

    def delete(self) -> Changed:
        place, count = self._place(), self.random.randint(1, 9)
        return _moved(self._content[:place] + self._content[place + count :], f"delete {count} at {place}")

    def cut(self) -> Changed:
        return _moved(self._content[: self._place()], "cut")

    def change_file(self) -> Changed:
        files = signed(self._made, self._signer)
        name = self.random.choice(list(files))
        files[name] = self._other(files[name])
        return Changed(zipped(files), f"change {name}", _names_of(name))

    def drop_file(self) -> Changed:
        files = signed(self._made, self._signer)
        name = self.random.choice(list(files))
        del files[name]
        return Changed(zipped(files), f"drop {name}", [name])

    def swap_files(self) -> Changed:
        files = signed(self._made, self._signer)
        one, two = self.random.sample(list(files), 2)
        files[one], files[two] = files[two], files[one]
        return Changed(zipped(files), f"swap {one} and {two}", [one, two])

    def add_file(self) -> Changed:
        name = "1/photos/more.jpg"
        return Changed(zipped({**signed(self._made, self._signer), name: b"more"}), "add a file", [name])

    # What follows is done by who has the key, and lists and signs the pack anew.

    def change_line(self) -> Changed:
        def edit(lines: list[Line]) -> int:
            number = self.random.randrange(len(lines))
            line = lines[number]
            key = self.random.choice([key for key in line if line[key]])
            value = line[key]
            if isinstance(value, int):
                line[key] += 1
            elif isinstance(value, str):
                line[key] = self._other(value.encode()).decode(errors="replace")
            else:
                value[self.random.randrange(len(value))] = value[0][::-1]
            return number + 1

        return self._with_lines(edit, "change a line")

    def drop_line(self) -> Changed:
        def edit(lines: list[Line]) -> int:
            number = self.random.randrange(len(lines))
            del lines[number]
            return number + 1

        return self._with_lines(edit, "drop a line")

    def cut_lines(self) -> Changed:
        """The log ends before the version that the manifest has."""

        def edit(lines: list[Line]) -> int:
            count = len(lines)
            del lines[self.random.randrange(count) :]
            return count

        return self._with_lines(edit, "cut lines")

    def repeat_line(self) -> Changed:
        def edit(lines: list[Line]) -> int:
            lines.insert(self.random.randrange(len(lines)), self.random.choice(lines))
            return _first_misplaced(lines)

        return self._with_lines(edit, "repeat a line")

    def swap_lines(self) -> Changed:
        def edit(lines: list[Line]) -> int:
            one, two = self.random.sample(range(len(lines)), 2)
            lines[one], lines[two] = lines[two], lines[one]
            return _first_misplaced(lines)

        return self._with_lines(edit, "swap lines")

    def change_manifest(self) -> Changed:
        """A field of an order says something else."""
        order = self.random.choice(self._made.manifest.orders)
        number, version = order.number, order.version
        told: dict[str, tuple[Any, str]] = {
            "name": ("other", f"{number} name"),
            "status": ("CANCELED", f"{number} status"),
            "version": (version - 1, f"{number} entry {version - 1}"),
            "number": (number + 5, f"{number + 5} wo_number"),
            "log_sha256": ("00" * 32, f"{number} entry {version}"),
            "description": ("other", f"{number} description"),
            "evidence": (order.evidence[1:], f"{number} evidence {order.evidence[0].id}"),
            "approvals": ([], f"{number} approvals.{order.approvals[0].approver}"),
        }
        field = self.random.choice(list(told))
        value, place = told[field]
        orders = [
            msgspec.structs.replace(each, **{field: value}) if each is order else each
            for each in self._made.manifest.orders
        ]
        manifest = msgspec.structs.replace(self._made.manifest, orders=orders)
        return Changed(written(self._made._replace(manifest=manifest), self._signer), f"manifest: {field}", [place])

    def pack_anew(self) -> Changed:
        """The same files in another ZIP."""
        file = io.BytesIO()
        kind = self.random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
        with zipfile.ZipFile(file, "w", kind) as archive:
            for name, content in signed(self._made, self._signer).items():
                archive.writestr(name, content)
        return Changed(file.getvalue(), "pack anew", ["byte"])

    def sign_with_another_key(self) -> Changed:
        return Changed(written(self._made, self._stranger), "another key", ["manifest.note"])

    def _with_lines(self, edit: Callable[[list[Line]], int], what: str) -> Changed:
        """`edit` tells the number of the entry at which it shows."""
        name = self.random.choice([name for name in self._made.files if name.endswith("log.jsonl")])
        lines = [json.loads(line) for line in self._made.files[name].splitlines()]
        seq, number = edit(lines), name.partition("/")[0]
        text = "".join(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
        files: Files = {**self._made.files, name: text.encode()}
        content = written(relisted(Made(files, self._made.manifest)), self._signer)
        return Changed(content, f"{what} of {name}", [f"{number} entry {seq}", f"{name} line {seq}"])

    def _places_of(self, place: int) -> list[str]:
        """What may be named for one byte that changed: the file, or what frames it."""
        with zipfile.ZipFile(io.BytesIO(self._content)) as archive:
            directory, records = archive.start_dir, archive.start_dir
            for each in archive.infolist():
                name, start = each.filename, each.header_offset
                data = start + 30 + len(name.encode()) + len(each.extra)
                after, length = data + each.file_size, 46 + len(name.encode()) + len(each.extra)
                if data <= place < after:
                    return _names_of(name)
                if start <= place < after + 16 or records <= place < records + length:
                    return [f"byte {start}", f"byte {after}", f"byte {records}"]
                records += length
        assert place >= records > directory
        return [f"byte {records}"]

    def _other(self, content: bytes) -> bytes:
        place = self.random.randrange(len(content))
        return content[:place] + bytes([content[place] ^ (1 << self.random.randrange(7))]) + content[place + 1 :]

    def _place(self) -> int:
        return self.random.randrange(len(self._content))


def _moved(content: bytes, what: str) -> Changed:
    """Nothing is where the end says it is."""
    return Changed(content, what, [f"byte {max(len(content) - _END_SIZE, 0)}"])


def _names_of(name: str) -> list[str]:
    """A note that says another hash speaks of the manifest."""
    return [name, "manifest.json"] if name == "manifest.note" else [name]


def _first_misplaced(lines: list[Line]) -> int:
    """The number of the first line that is another entry."""
    seqs = [json.loads(line["leaf"])["seq"] for line in lines]
    return next(number for number, seq in enumerate(seqs, 1) if seq != number)
