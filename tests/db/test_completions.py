from fettle.domain.completions import Method, Signature
from fettle.domain.files import Origin, StoredFile
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def test_signatures_of_an_order_are_listed_the_oldest_first(tx: Transaction, records: Records) -> None:
    order, other = records.add_order(tx), records.add_order(tx)
    file = StoredFile(
        *(new_id(), records.company.id, new_id(), 1, "a" * 64, "image/png", None), Origin.UPLOAD, 1, records.user.id
    )
    tx.files.add(file)
    said = (records.company.id, records.user.id, 7)
    plain = Signature(order.id, 9, *said, Method.PASSWORD, "s", "c", "e")
    drawn = Signature(order.id, 4, *said, Method.PASSKEY, "s", "c", "e", file.name, "{}")
    for signature in (plain, drawn, Signature(other.id, 2, *said, Method.PASSWORD, "s", "c", "e")):
        tx.signatures.add(signature)
    assert tx.signatures.of_order(order.id) == [drawn, plain]
