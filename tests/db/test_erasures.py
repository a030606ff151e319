"""Notes of erasures as rows, which the databases keep; and the one part of them that may go."""

from collections.abc import Iterator

import psycopg
import pytest

from fettle.domain.erasures import Erasure
from fettle.services.rows import Page, Transaction
from tests.db.connections import Connection, connect
from tests.db.records import Records, new_id

REFUSED = "notes of erasures are kept"


@pytest.fixture
def guarded(engine: str, shared_urls: dict[str, str]) -> Iterator[Connection]:
    connection = connect(shared_urls[engine])
    connection.run("BEGIN")
    yield connection
    connection.roll_back()
    connection.close()


def add_all_kinds(tx: Transaction, records: Records) -> list[Erasure]:
    """Of a person, of a work order, and another of the same order at the same time."""
    order, by = records.add_order(tx), (records.company.id, 7, records.user.id)
    notes = [
        Erasure(new_id(), *by, "person", "asked for", records.user.id),
        Erasure(new_id(), *by, "comments", "asked for", None, order.id),
        Erasure(new_id(), *by, "bytes", "asked for", None, order.id),
    ]
    for note in notes:
        tx.erasures.add(note)
    return notes


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM erasures",
        "UPDATE erasures SET reason = 'another'",
        "UPDATE erasures SET reason = '', what = 'places'",
        "UPDATE erasures SET erased_by_user_id = user_id, user_id = NULL WHERE user_id IS NOT NULL",
        "UPDATE erasures SET erased_at = 8",
        "UPDATE erasures SET work_order_id = NULL WHERE work_order_id IS NOT NULL",
        "UPDATE erasures SET id = 'x' WHERE what = 'person'",
    ],
)
def test_a_note_is_neither_changed_nor_removed(guarded: Connection, statement: str) -> None:
    add_all_kinds(guarded.nouns, Records().add_to(guarded.nouns))
    with pytest.raises(Exception, match=REFUSED):
        guarded.count(statement)


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    "statement",
    [
        (
            "INSERT OR REPLACE INTO erasures SELECT id, company_id, 8, erased_by_user_id, what, 'x', user_id, NULL"
            " FROM erasures WHERE what = 'person'"
        ),
        "REPLACE INTO erasures SELECT * FROM erasures",
        "UPDATE OR REPLACE erasures SET id = (SELECT max(id) FROM erasures)",
    ],
)
def test_nor_is_another_put_in_its_place(guarded: Connection, statement: str) -> None:
    add_all_kinds(guarded.nouns, Records().add_to(guarded.nouns))
    with pytest.raises(Exception, match=REFUSED):
        guarded.count(statement)


def test_they_are_not_emptied(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.IntegrityError, match=REFUSED):
        connection.execute("TRUNCATE erasures CASCADE")


def test_the_reason_may_go(guarded: Connection) -> None:
    records = Records().add_to(guarded.nouns)
    person, *of_order = add_all_kinds(guarded.nouns, records)
    guarded.nouns.erasures.blank_reason(of_order[0].work_order_id or "", 7)
    notes = guarded.nouns.erasures.page(records.company.id, Page(10))
    assert {note.id: note.reason for note in notes} == {person.id: "asked for", **{note.id: "" for note in of_order}}


def test_those_that_concern_some_orders_and_persons_are_counted(tx: Transaction, records: Records) -> None:
    notes = add_all_kinds(tx, records)
    order_id = notes[1].work_order_id
    assert order_id is not None
    company_id = records.company.id
    counts = [tx.erasures.count_of(company_id, ids) for ids in ([], [order_id], [new_id()])]
    assert (counts, tx.erasures.count(company_id)) == ([1, 3, 1], 3)
