from fettle.domain.pictures import FileFacts, Rendition, RenditionKind
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id
from tests.db.test_files import add_file


def _facts(tx: Transaction, records: Records, look: str, read_at: int = 1) -> FileFacts:
    file = add_file(tx, records)
    facts = FileFacts(file.name, records.company.id, read_at, width=4, latitude=-2.5, look=look)
    tx.pictures.set_facts(facts)
    return facts


def test_facts_are_noted_anew(tx: Transaction, records: Records, strangers: Records) -> None:
    facts = _facts(tx, records, "0123456789abcdef")
    again = FileFacts(facts.file_name, records.company.id, 2, height=7)
    tx.pictures.set_facts(again)
    assert tx.pictures.facts(records.company.id, [facts.file_name]) == [again]
    assert tx.pictures.facts(strangers.company.id, [facts.file_name]) == []
    assert tx.pictures.facts(records.company.id, []) == []


def test_what_is_near_has_a_quarter_in_common(tx: Transaction, records: Records, strangers: Records) -> None:
    second = _facts(tx, records, "0123000000000000", 2)
    first = _facts(tx, records, "ffffffffffffcdef", 1)
    _facts(tx, records, "aaaaaaaaaaaaaaaa")
    _facts(tx, strangers, "0123456789abcdef")
    assert tx.pictures.near(records.company.id, "0123456789abcdef", 10) == [first, second]
    assert tx.pictures.near(records.company.id, "0123456789abcdef", 1) == [first]


def test_one_rendition_of_a_kind(tx: Transaction, records: Records, strangers: Records) -> None:
    file, company_id = add_file(tx, records), records.company.id
    keys = [f"made/{new_id()}" for _ in range(2)]
    one, two = (Rendition(file.name, RenditionKind.LARGE, company_id, key, 5, "a" * 64, 2, 3, 1) for key in keys)
    assert tx.pictures.add_rendition(one)
    assert not tx.pictures.add_rendition(two)
    assert tx.pictures.find_rendition(company_id, file.name, RenditionKind.LARGE) == one
    assert tx.pictures.find_rendition(company_id, file.name, RenditionKind.PREVIEW) is None
    assert tx.pictures.find_rendition(strangers.company.id, file.name, RenditionKind.LARGE) is None
    assert [tx.pictures.is_rendition(key) for key in keys] == [True, False]
    tx.pictures.delete_rendition(one)
    assert tx.pictures.add_rendition(two)
    tx.files.delete(file.name)
    assert not tx.pictures.is_rendition(keys[1])


def test_files_in_the_order_of_their_checks(tx: Transaction, records: Records) -> None:
    company_id = records.company.id
    files = [add_file(tx, records) for _ in range(3)]
    for file, checked_at in zip(files, (30, 10, 20), strict=True):
        tx.files.change(file.name, checked_at=checked_at)
    found = [file.name for file in tx.files.unchecked_since(company_id, 20, 5)]
    assert found == [files[1].name, files[2].name]
    assert tx.files.checked_longest_ago(company_id) == 10
    assert (tx.files.checked_longest_ago() or 99) <= 10
    assert tx.files.checked_longest_ago(new_id()) is None
    assert tx.files.totals()[0] >= 3
    before = tx.files.count_damaged()
    tx.files.change(files[0].name, damaged_at=5)
    assert tx.files.count_damaged() == before + 1
    assert {file.name for file in tx.files.of_bytes(company_id, ["a" * 64])} >= {file.name for file in files}
