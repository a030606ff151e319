"""What somebody does to a database who owns it, drops its guards, and may even have the signing key."""

import random
import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from fettle.domain.activity import Entry, seal
from fettle.domain.checkpoints import checkpoint_text, origin_of, signed_note
from fettle.domain.merkle_growth import GrowingTree
from fettle.signing import Ed25519Signer

# Everything that docs/proof.md calls covered; no other column is changed.
COVERED = {
    "activity": "id company_id work_order_id seq type added_at added_by_user_id data sha256 leaf_index texts",
    "work_orders": "id company_id wo_number name description component_id part_number_id created_at created_by_user_id"
    " status phase quantity assignee_user_id deadline last_edited_at updated_at version log_sha256"
    " content_edited_by_user_id",
    "evidence": "id company_id work_order_id seq kind type name value state file_name added_at added_by_user_id step"
    " object_key cdn_url taken_at taken_at_text deleted_at deleted_by_user_id deletion_reason bytes_removed_at",
    "files": "name company_id sha256 size content_type original_file_name",
    "approvals": "work_order_id approver_user_id company_id requested_by_user_id requested_at status last_updated_at"
    " comment content_sha256",
    "required_photos": "work_order_id position company_id step label min_count",
    "late_photos": "evidence_id company_id work_order_id state decided_at decided_by_user_id reason",
    "legal_holds": "work_order_id company_id set_at set_by_user_id reason",
    "signatures": "work_order_id version company_id signer_user_id signed_at method statement_sha256 content_sha256"
    " evidence_sha256 drawn_file_name assertion",
    "logs": "company_id size",
    "log_nodes": "company_id level place sha256",
    "checkpoints": "size root note",
}
# Those whose loss is a loss: a checkpoint can be signed again.
DROPPED = [table for table in COVERED if table != "checkpoints"]
_CHOICES = {
    "status": ("DRAFT", "REVIEW", "PRODUCTION", "COMPLETE", "PENDING", "APPROVED", "REJECTED"),
    "state": ("referenced", "stored", "missing", "damaged", "late", "accepted", "rejected"),
    "kind": ("attachment", "photo"),
    "method": ("password", "passkey"),
    "type": ("IMAGE", "FILE", "TEXT"),
}
_MAY_BE_NULL = {"description", "part_number_id", "assignee_user_id", "deadline", "step", "object_key", "texts"}


class Change(NamedTuple):
    """What was done, and a test of the place that has to be named."""

    what: str
    names_it: Callable[[str], bool]


class Tamperer:
    """Works on one copy; the same seed does the same."""

    def __init__(self, connection: sqlite3.Connection, seed: int, company_id: str, signer: Ed25519Signer) -> None:
        self.connection = connection
        self.random = random.Random(seed)
        self.company_id = company_id
        self.signer = signer
        connection.row_factory = sqlite3.Row
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA foreign_keys = 0")

    def change(self) -> Change:
        """One change at random."""
        deeds = [self.change_column] * 12 + [self.drop_row] * 4 + [self.swap, self.cut_tail, self.rewrite]
        return self.random.choice(deeds)()

    def change_column(self) -> Change:
        """Another value in one column of one row."""
        while True:
            table = self.random.choice(list(COVERED))
            column = self.random.choice(COVERED[table].split())
            row = self._row(table)
            value = self._other(column, row[column])
            is_reserved = table == "evidence" and column == "file_name" and row["state"] == "referenced"
            if value != row[column] and not is_reserved and self._set(table, column, row, value):
                return Change(f"{table}.{column}: {row[column]!r} -> {value!r}", self._place(table, row))

    def drop_row(self) -> Change:
        """One row less."""
        table = self.random.choice(DROPPED)
        row = self._row(table)
        self.connection.execute(f"DELETE FROM {table} WHERE {_where(row)}", _values(row))
        return Change(f"drop from {table}", self._place(table, row))

    def swap(self) -> Change:
        """Two entries change what they say, or their places."""
        one, two = self._row("activity"), self._row("activity")
        while one["leaf_index"] == two["leaf_index"]:
            two = self._row("activity")
        column = self.random.choice(("data", "leaf_index", "sha256", "added_at"))
        if one[column] == two[column]:
            return self.swap()
        first, second = (-1, one[column]) if column == "leaf_index" else (two[column], one[column])
        for row, value in ((one, first), (two, second)):
            self._update("activity", column, row["work_order_id"], row["seq"], value)
        if column == "leaf_index":
            self._update("activity", column, one["work_order_id"], one["seq"], two[column])
        return Change(
            f"swap {column}", lambda where: any(each in where for each in ("entry", "place", "node", "check"))
        )

    def cut_tail(self) -> Change:
        """The newest entries never were: rows, nodes, checkpoints and versions agree on it."""
        (size,) = self.connection.execute("SELECT size FROM logs").fetchone()
        left = size - self.random.randint(1, 20)
        self.connection.execute("DELETE FROM activity WHERE leaf_index >= ?", [left])
        for order in self.connection.execute("SELECT id FROM work_orders").fetchall():
            query = "SELECT seq, sha256, added_at FROM activity WHERE work_order_id = ? ORDER BY seq DESC LIMIT 1"
            last = self.connection.execute(query, [order["id"]]).fetchone()
            if last is not None:
                self._move(order["id"], *last)
        self._sign_anew(left)
        return Change(f"cut to {left}", lambda where: where == f"checkpoint {size}")

    def rewrite(self) -> Change:
        """One entry says something else, and all hashes, nodes and checkpoints are made anew with the right key."""
        (size,) = self.connection.execute("SELECT size FROM logs").fetchone()
        row = self._row("activity")
        self._update("activity", "added_at", row["work_order_id"], row["seq"], row["added_at"] + 1)
        query = "SELECT * FROM activity WHERE work_order_id = ? ORDER BY seq"
        previous = None
        for each in self.connection.execute(query, [row["work_order_id"]]).fetchall():
            fields = {name: each[name] for name in Entry.__struct_fields__}
            previous = seal(Entry(**fields), previous).sha256
            self._update("activity", "sha256", each["work_order_id"], each["seq"], previous)
            self._move(each["work_order_id"], each["seq"], previous, each["added_at"])
        self._sign_anew(size)
        return Change(f"rewrite from {row['seq']}", lambda where: where == f"checkpoint {size}")

    def _move(self, order_id: str, seq: int, sha256: str, at: int) -> None:
        columns = "version = ?, log_sha256 = ?, last_edited_at = ?, updated_at = ?"
        self.connection.execute(f"UPDATE work_orders SET {columns} WHERE id = ?", [seq, sha256, at, at, order_id])

    def _sign_anew(self, size: int) -> None:
        for table in ("log_nodes", "checkpoints"):
            self.connection.execute(f"DELETE FROM {table}")
        tree = GrowingTree()
        for (sha256,) in self.connection.execute("SELECT sha256 FROM activity ORDER BY leaf_index").fetchall():
            for level, place, node in tree.add(bytes.fromhex(sha256)):
                if level % 8 == 0:
                    values = [self.company_id, level, place, node.hex()]
                    self.connection.execute("INSERT INTO log_nodes VALUES (?, ?, ?, ?)", values)
        self.connection.execute("UPDATE logs SET size = ?", [size])
        origin, root = origin_of(self.company_id), tree.root()
        text = checkpoint_text(origin, size, root)
        note = signed_note(text, origin, self.signer.public_key, self.signer.sign(text.encode()))
        self.connection.execute(
            "INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?)", [self.company_id, size, root.hex(), 1, note]
        )

    def _row(self, table: str) -> sqlite3.Row:
        condition = "WHERE name IN (SELECT file_name FROM evidence)" if table == "files" else ""
        rows = self.connection.execute(f"SELECT * FROM {table} {condition}").fetchall()
        found: sqlite3.Row = self.random.choice(rows)
        return found

    def _other(self, column: str, value: Any) -> Any:
        if column in _CHOICES:
            return self.random.choice(_CHOICES[column])
        if value is None:
            instants = column.endswith("_at") or column in ("deadline", "leaf_index")
            return 1_776_000_000_000_001 if instants else "something"
        if column in _MAY_BE_NULL and self.random.random() < 0.2:
            return None
        if isinstance(value, int):
            return value + self.random.choice((-1, 1, 7, 1000))
        place = self.random.randrange(len(value) + 1)
        return value[:place] + self.random.choice("0a x") + value[place + self.random.randrange(2) :]

    def _set(self, table: str, column: str, row: sqlite3.Row, value: Any) -> bool:
        try:
            self.connection.execute(f"UPDATE {table} SET {column} = ? WHERE {_where(row)}", [value, *_values(row)])
        except sqlite3.IntegrityError:
            return False
        return True

    def _update(self, table: str, column: str, order_id: str, seq: int, value: Any) -> None:
        statement = f"UPDATE {table} SET {column} = ? WHERE work_order_id = ? AND seq = ?"
        assert self.connection.execute(statement, [value, order_id, seq]).rowcount == 1

    def _place(self, table: str, row: sqlite3.Row) -> Callable[[str], bool]:
        if table in ("logs", "log_nodes", "checkpoints"):
            return lambda where: where.split(" ")[0] in ("place", "node", "checkpoint")
        names = self._names(table, row)
        return lambda where: any(name in f"{where} " for name in names)

    def _names(self, table: str, row: sqlite3.Row) -> list[str]:
        """One of these is part of every place that names the row."""
        if table == "files":
            found = self.connection.execute("SELECT id FROM evidence WHERE file_name = ?", [row["name"]]).fetchall()
            return [each[0] for each in found]
        names = {
            "activity": ("entry {seq} ", "place {leaf_index} "),
            "evidence": ("{id}",),
            "approvals": ("approvals.{approver_user_id}",),
            "required_photos": ("required_photos",),
            "late_photos": ("{evidence_id}",),
            "legal_holds": ("hold",),
            "signatures": ("signature {version} ",),
            "work_orders": ("{wo_number} ", "order {id}", " wo_number "),
        }
        return [name.format(**dict(row)) for name in names[table]]


def _where(row: sqlite3.Row) -> str:
    return " AND ".join(f"{column} IS ?" for column in row.keys())  # noqa: SIM118 - a row's values are not its keys


def _values(row: sqlite3.Row) -> list[Any]:
    return list(row)
