"""Names in an archive: what people wrote is data, never a path."""

import pytest

from fettle.domain.evidence import Kind
from fettle.domain.files import Origin, StoredFile
from fettle.domain.originals import distinct, path_of
from tests.db.records import Records, new_id


def named(name: str, original: str | None, kind: Kind = Kind.ATTACHMENT, step: str | None = None) -> str:
    records = Records()
    order = records.new_order()
    entry = records.new_evidence(order, 2, name=name, kind=kind, step=step)
    made = (new_id(), records.company.id, "kept/aa/one", 5, "0" * 64, "image/png", original, Origin.EVIDENCE, 1)
    file = StoredFile(*made, records.user.id)
    return path_of(7, entry, file).replace(file.name, "NAME")


@pytest.mark.parametrize(
    ("name", "original", "expected"),
    [
        ("Drawing", "plan.pdf", "7/attachments/Drawing-plan.pdf"),
        ("Drawing", None, "7/attachments/Drawing-NAME.png"),
        ("../../etc/passwd", "..", "7/attachments/_.._etc_passwd-NAME"),
        ("a\0b\u202ec", "x\ny.png", "7/attachments/abc-xy.png"),
        ("=cmd()", "-rf", "7/attachments/=cmd()--rf"),
        ("C:\\x", "con<>.png", "7/attachments/C__x-con__.png"),
        ("...", "a.png", "7/attachments/file-a.png"),
        ("é" * 100, "長" * 100 + ".png", f"7/attachments/{'é' * 40}-{'長' * 38}.png"),
    ],
)
def test_what_people_wrote_is_no_path(name: str, original: str | None, expected: str) -> None:
    assert named(name, original) == expected


def test_photos_are_named_by_step() -> None:
    assert named("photo", "IMG_1.png", Kind.PHOTO, "before") == "7/photos/before-IMG_1.png"


def test_no_two_paths_are_one() -> None:
    paths = ["1/a.png", "1/A.png", "1/a.png", "1/a (2).png", "1/b", "1/b"]
    assert list(distinct(paths)) == ["1/a.png", "1/A (2).png", "1/a (3).png", "1/a (2) (2).png", "1/b", "1/b (2)"]
