from fettle.domain.file_links import FileLink
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id
from tests.db.test_files import add_file


def test_a_link_counts_until_it_expires_or_is_taken_back(tx: Transaction, records: Records) -> None:
    file = add_file(tx, records)
    links = [
        FileLink(new_id(), records.company.id, file.name, records.user.id, made, end)
        for made, end in ((1, 10), (2, 20), (3, 20))
    ]
    for link in links:
        tx.file_links.add(link)
    assert tx.file_links.find(links[0].id) == links[0]
    assert tx.file_links.find(new_id()) is None
    assert tx.file_links.revoke(links[1].id, 5)
    assert not tx.file_links.revoke(links[1].id, 6)
    assert [link.id for link in tx.file_links.of_file(records.company.id, file.name, 9)] == [links[0].id, links[2].id]
    assert tx.file_links.of_file(records.company.id, file.name, 20) == []
    assert tx.file_links.of_file(new_id(), file.name, 1) == []
    assert links[0].counts_at(9)
    assert not links[0].counts_at(10)
    tx.files.delete(file.name)
    assert tx.file_links.find(links[0].id) is None
