import msgspec

from fettle.domain.files import Origin, StoredFile
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def add_file(tx: Transaction, records: Records) -> StoredFile:
    file = StoredFile(
        *(new_id(), records.company.id, f"kept/{new_id()}", 1 << 40, "a" * 64, "image/heic", "Foto 1.heic"),
        *(Origin.UPLOAD, 1, records.user.id),
    )
    tx.files.add(file)
    return file


def test_a_file_is_known_by_name_and_by_key(tx: Transaction, records: Records, strangers: Records) -> None:
    file, other = add_file(tx, records), add_file(tx, strangers)
    company_id = records.company.id
    assert tx.files.find(company_id, file.name) == file
    assert tx.files.find(company_id, other.name) is None
    assert tx.files.find_by_storage_key(file.storage_key) == file
    assert tx.files.find_by_storage_key("kept/none") is None
    assert tx.files.of_names(company_id, [file.name, other.name, new_id()]) == [file]
    assert tx.files.of_names(company_id, []) == []
    tx.files.change(file.name, checked_at=5, damaged_at=6)
    assert tx.files.find(company_id, file.name) == msgspec.structs.replace(file, checked_at=5, damaged_at=6)
    assert tx.files.find(strangers.company.id, other.name) == other


def test_a_walk_meets_every_companys_files_by_name(tx: Transaction, records: Records, strangers: Records) -> None:
    files = [add_file(tx, company) for company in (records, strangers) for _ in range(3)]
    files.sort(key=lambda file: file.name)
    assert tx.files.walk("", 4) == files[:4]
    assert tx.files.walk(files[3].name, 4) == files[4:]


def test_what_is_damaged_of_a_company(tx: Transaction, records: Records, strangers: Records) -> None:
    whole, damaged, removed = (add_file(tx, records) for _ in range(3))
    other = add_file(tx, strangers)
    for file in (damaged, removed, other):
        tx.files.change(file.name, damaged_at=5)
    tx.files.change(removed.name, removed_at=6)
    company_id = records.company.id
    assert tx.files.damaged(company_id, 9) == [msgspec.structs.replace(damaged, damaged_at=5)]
    assert tx.files.damaged(company_id, 0) == []
    assert tx.files.count_kept(company_id) == len([whole, damaged])
