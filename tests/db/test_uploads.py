from fettle.domain.people import Caller, CredentialKind, Role
from fettle.domain.uploads import Upload, UploadKind, UploadPart
from fettle.services.rows import Transaction
from tests.db.records import Records, new_id


def new_upload(tx: Transaction, records: Records, expires_at: int = 10, key_id: str | None = None) -> Upload:
    order = records.new_order()
    tx.work_orders.add(order)
    upload = Upload(
        *(new_id(), records.company.id, order.id, records.user.id, UploadKind.PHOTO, 10, 0, "kind cGhvdG8=", 1),
        expires_at,
        step="before",
        taken_at=5,
        taken_at_text="1970-01-01T00:00:00.000005Z",
        key_id=key_id,
    )
    tx.uploads.add(upload)
    return upload


def test_an_upload_advances_only_from_where_it_stands(tx: Transaction, records: Records) -> None:
    upload = new_upload(tx, records)
    assert tx.uploads.find(upload.id) == upload
    assert tx.uploads.find(new_id()) is None
    first = UploadPart(upload.id, upload.company_id, 0, 4, "a")
    second = UploadPart(upload.id, upload.company_id, 4, 3, "b")
    assert not tx.uploads.advance(second, 20)
    assert tx.uploads.advance(first, 20)
    assert not tx.uploads.advance(first, 30)
    assert tx.uploads.advance(second, 40)
    found = tx.uploads.find(upload.id)
    assert found is not None
    assert (found.received, found.expires_at) == (7, 40)
    assert tx.uploads.parts(upload.id) == [first, second]


def test_an_upload_is_finished_once(tx: Transaction, records: Records) -> None:
    upload = new_upload(tx, records)
    order = tx.work_orders.get_for_change(records.company.id, upload.work_order_id)
    evidence = records.new_evidence(order, 2)
    tx.evidence.add(evidence)
    tx.uploads.advance(UploadPart(upload.id, upload.company_id, 0, 4, "a"), 20)
    assert not tx.uploads.finish(upload.id, 0, evidence.id, 30)
    assert tx.uploads.finish(upload.id, 4, evidence.id, 30)
    assert not tx.uploads.finish(upload.id, 4, evidence.id, 30)
    assert not tx.uploads.advance(UploadPart(upload.id, upload.company_id, 10, 1, "b"), 20)
    found = tx.uploads.find(upload.id)
    assert found is not None
    assert (found.received, found.evidence_id, found.expires_at) == (10, evidence.id, 30)
    assert tx.uploads.parts(upload.id) == []


def test_uploads_expire_and_go_with_their_parts(tx: Transaction, records: Records) -> None:
    early, late = new_upload(tx, records, 5), new_upload(tx, records, 6)
    tx.uploads.advance(UploadPart(early.id, early.company_id, 0, 4, "a"), 5)
    assert [upload.id for upload in tx.uploads.expired(5, 10)] == [early.id]
    assert [upload.id for upload in tx.uploads.expired(6, 10)] == [early.id, late.id]
    assert len(tx.uploads.expired(6, 1)) == 1
    assert tx.uploads.expire(early)
    assert not tx.uploads.expire(early)
    assert tx.uploads.parts(early.id) == []
    assert tx.uploads.find(late.id) == late


def test_uploads_under_way_are_a_key_s_own_or_a_person_s_without_a_key(tx: Transaction, records: Records) -> None:
    def caller(credential_id: str, kind: CredentialKind = CredentialKind.KEY) -> Caller:
        return Caller(credential_id, kind, records.company.id, records.user.id, frozenset(), Role.OPERATOR)

    def under_way(now: int) -> list[int]:
        asking = (caller("key 1"), caller("key 2"), caller("a token", CredentialKind.TOKEN), caller("key 3"))
        return [tx.upload_limits.open_uploads(each, now) for each in asking]

    for key_id, expires_at in (("key 1", 10), ("key 1", 20), ("key 2", 10), (None, 10), (None, 10), (None, 20)):
        new_upload(tx, records, expires_at, key_id)
    assert under_way(5) == [2, 1, 3, 0]
    assert under_way(10) == [1, 0, 1, 0], "what has expired is not under way"


def test_what_was_gone_on_with_since_it_was_read_does_not_expire(tx: Transaction, records: Records) -> None:
    upload = new_upload(tx, records, 5)
    part = UploadPart(upload.id, upload.company_id, 0, 4, "a")
    tx.uploads.advance(part, 20)
    assert not tx.uploads.expire(upload)
    assert tx.uploads.parts(upload.id) == [part]
    assert tx.uploads.delete(upload.id)
    assert not tx.uploads.delete(upload.id)
