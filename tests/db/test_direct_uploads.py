from fettle.domain.direct_uploads import DirectUpload
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def new_upload(tx: Transaction, records: Records, expires_at: int = 10) -> DirectUpload:
    order = records.new_order()
    tx.work_orders.add(order)
    owner = (records.company.id, order.id, records.user.id)
    upload = DirectUpload(new_id(), *owner, "pump.jpg", "image/jpeg", 5_000_000_000, 1, expires_at)
    tx.direct_uploads.add(upload)
    return upload


def test_a_key_is_registered_once(tx: Transaction, records: Records) -> None:
    upload = new_upload(tx, records)
    assert tx.direct_uploads.find(upload.id) == upload
    assert tx.direct_uploads.find(new_id()) is None
    order = tx.work_orders.get_for_change(records.company.id, upload.work_order_id)
    evidence = records.new_evidence(order, 2)
    tx.evidence.add(evidence)
    assert tx.direct_uploads.register(upload.id, evidence.id)
    assert not tx.direct_uploads.register(upload.id, evidence.id)
    assert not tx.direct_uploads.register(new_id(), evidence.id)


def test_what_became_a_photo_meanwhile_is_not_swept(tx: Transaction, records: Records) -> None:
    upload = new_upload(tx, records)
    order = tx.work_orders.get_for_change(records.company.id, upload.work_order_id)
    evidence = records.new_evidence(order, 2)
    tx.evidence.add(evidence)
    tx.direct_uploads.register(upload.id, evidence.id)
    assert not tx.direct_uploads.mark_swept(upload, 20)
    registered = tx.direct_uploads.find(upload.id)
    assert registered is not None
    assert tx.direct_uploads.mark_swept(registered, 20)
    assert not tx.direct_uploads.mark_swept(registered, 30)


def test_what_was_swept_is_remembered_and_never_registered(tx: Transaction, records: Records) -> None:
    upload = new_upload(tx, records)
    order = tx.work_orders.get_for_change(records.company.id, upload.work_order_id)
    evidence = records.new_evidence(order, 2)
    tx.evidence.add(evidence)
    assert tx.direct_uploads.mark_swept(upload, 20)
    assert not tx.direct_uploads.register(upload.id, evidence.id)
    assert tx.direct_uploads.expired(100, "", 10) == []
    assert tx.direct_uploads.delete_swept(19) == 0
    assert tx.direct_uploads.find(upload.id) is not None
    assert tx.direct_uploads.delete_swept(20) == 1
    assert tx.direct_uploads.find(upload.id) is None


def test_those_that_are_over_are_found_page_by_page(tx: Transaction, records: Records) -> None:
    over = [new_upload(tx, records, 5) for _ in range(3)]
    new_upload(tx, records, 6)
    ids = sorted(upload.id for upload in over)
    first = [upload.id for upload in tx.direct_uploads.expired(5, "", 2)]
    assert first == ids[:2]
    assert [upload.id for upload in tx.direct_uploads.expired(5, first[-1], 2)] == ids[2:]


def test_a_company_keeps_its_first_secret(tx: Transaction, records: Records) -> None:
    assert tx.link_secrets.find(records.company.id) is None
    assert tx.link_secrets.find_or_add(records.company.id, "one", 1) == "one"
    assert tx.link_secrets.find_or_add(records.company.id, "two", 2) == "one"
    assert tx.link_secrets.find(records.company.id) == "one"
