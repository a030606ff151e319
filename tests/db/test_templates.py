"""Templates as rows."""

import msgspec

from fettle.domain.evidence import Type
from fettle.domain.files import Origin, StoredFile
from fettle.domain.templates import Template, TemplateAttachment, TemplatePhoto
from fettle.services.rows import After, Page, Transaction
from tests.db.records import Records, new_id


def _add(tx: Transaction, records: Records, name: str) -> Template:
    made = Template(new_id(), records.company.id, name, records.component.id, 1, "", 1, records.user.id)
    tx.templates.add(made)
    return made


def test_a_template_is_found_within_its_company_only(tx: Transaction, records: Records, strangers: Records) -> None:
    made = _add(tx, records, "overhaul")
    _add(tx, strangers, "overhaul")
    for find in (tx.templates.find, tx.templates.find_for_change):
        assert find(records.company.id, made.id) == made
        assert find(strangers.company.id, made.id) is None
    assert tx.templates.find_by_name(records.company.id, "overhaul") == made
    assert tx.templates.find_by_name(records.company.id, "Overhaul") is None


def test_a_deleted_one_is_marked_and_its_name_is_free(tx: Transaction, records: Records) -> None:
    made = _add(tx, records, "overhaul")
    tx.templates.change(made.id, deleted_at=5, deleted_by_user_id=records.user.id)
    assert tx.templates.find(records.company.id, made.id) == msgspec.structs.replace(
        made, deleted_at=5, deleted_by_user_id=records.user.id
    )
    assert tx.templates.find_by_name(records.company.id, "overhaul") is None
    again = _add(tx, records, "overhaul")
    assert tx.templates.page(records.company.id, Page(10)) == [again]
    assert tx.templates.count(records.company.id) == 1


def test_lists_are_by_name(tx: Transaction, records: Records) -> None:
    made = [_add(tx, records, name) for name in ("a", "b", "c")]
    assert tx.templates.page(records.company.id, Page(2)) == made[:2]
    assert tx.templates.page(records.company.id, Page(2, After("b", made[1].id))) == made[2:]


def test_what_hangs_on_a_template_is_set_as_a_whole(tx: Transaction, records: Records) -> None:
    made, other = _add(tx, records, "a"), _add(tx, records, "b")
    photos = [
        TemplatePhoto(made.id, place, records.company.id, step, step, place) for place, step in ((1, "b"), (2, "a"))
    ]
    tx.templates.set_photos(made.id, photos[:1])
    tx.templates.set_photos(made.id, photos)
    assert tx.templates.photos(made.id) == photos
    assert tx.templates.photos(other.id) == []
    file = StoredFile(
        new_id(), records.company.id, new_id(), 3, "0" * 64, "text/plain", None, Origin.EVIDENCE, 1, records.user.id
    )
    tx.files.add(file)
    rows = [
        TemplateAttachment(made.id, place, records.company.id, Type.FILE, "drawing", "", file.name) for place in (1, 2)
    ]
    tx.templates.set_attachments(made.id, rows)
    assert tx.templates.attachments(made.id) == rows
    tx.templates.set_attachments(made.id, [])
    assert tx.templates.attachments(made.id) == []
