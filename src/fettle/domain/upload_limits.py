"""How much may be sent, and what: for a whole company, and for one role of it."""

import re
from typing import Final, NamedTuple

import msgspec

from fettle.domain.errors import Conflict, TooLarge, TooMany, Unsupported, invalid_field
from fettle.domain.instants import Instant
from fettle.domain.people import Role

EVERYBODY: Final = "*"
# Whoever lost the answers, and with them the addresses, can neither end nor give up what was begun.
UNDER_WAY_S: Final = 600
_TYPE: Final = re.compile(r"[a-z]+/(?:\*|[a-z0-9][a-z0-9.+-]{0,99})")
_MOST_TYPES: Final = 100
_RETRY_S: Final = 60
_NUMBERS: Final = ("max_file_bytes", "max_order_bytes", "max_order_files", "max_open_uploads")


class UploadLimits(msgspec.Struct, frozen=True, array_like=True):
    """The limits of one role, or of everybody (`*`); None is no limit of its own. `allowed_types` are parted by blanks.

    A file is one that comes with its bytes; `max_order_…` are all files of one work order together, `max_open_uploads`
    the uploads in parts that one API key, or one person without a key, has under way: which got something within
    the last `UNDER_WAY_S`.
    """

    company_id: str
    role: str
    changed_at: Instant
    changed_by_user_id: str
    max_file_bytes: int | None = None
    max_order_bytes: int | None = None
    max_order_files: int | None = None
    max_open_uploads: int | None = None
    allowed_types: str | None = None

    @property
    def limits_anything(self) -> bool:
        """Whether any of them is set."""
        return any(getattr(self, field) is not None for field in Allowed._fields)


class Allowed(NamedTuple):
    """What counts for one caller: the limit of the role, else that of everybody."""

    max_file_bytes: int | None = None
    max_order_bytes: int | None = None
    max_order_files: int | None = None
    max_open_uploads: int | None = None
    allowed_types: str | None = None

    def require_file(self, size: int, content_type: str | None) -> None:
        """Raise TOO_LARGE, TYPE_NOT_ALLOWED; a type that is not known yet is None."""
        if self.max_file_bytes is not None and size > self.max_file_bytes:
            raise TooLarge(max_bytes=self.max_file_bytes)
        types = (self.allowed_types or "").split()
        if types and content_type is not None and not any(_fits(content_type, each) for each in types):
            raise Unsupported("TYPE_NOT_ALLOWED", found=content_type, allowed=", ".join(types))

    def require_room(self, size: int, files: int, used: int) -> None:
        """Raise WORK_ORDER_FULL unless one more file of this size fits beside those that are there."""
        if self.max_order_files is not None and files >= self.max_order_files:
            raise Conflict("WORK_ORDER_FULL", files=files, bytes=used)
        if self.max_order_bytes is not None and used + size > self.max_order_bytes:
            raise Conflict("WORK_ORDER_FULL", files=files, bytes=used)

    def require_one_more(self, open_uploads: int) -> None:
        """Raise TOO_MANY_UPLOADS when no further upload may be begun."""
        if self.max_open_uploads is not None and open_uploads >= self.max_open_uploads:
            raise TooMany("TOO_MANY_UPLOADS", retry_after_s=_RETRY_S, max=self.max_open_uploads)

    @property
    def concerns_orders(self) -> bool:
        """Whether it matters what a work order has already."""
        return self.max_order_files is not None or self.max_order_bytes is not None


def allowed_by(rows: list[UploadLimits], role: Role | None) -> Allowed:
    """What the rows of a company allow a role."""
    by_role = {row.role: row for row in rows}
    own, all_of_them = by_role.get(role.value if role else ""), by_role.get(EVERYBODY)

    def chosen(field: str) -> int | str | None:
        value = getattr(own, field, None)
        return getattr(all_of_them, field, None) if value is None else value

    return Allowed(*(chosen(field) for field in Allowed._fields))  # type: ignore[arg-type]  # each as its row has it


def check_limits(numbers: dict[str, int | None], types: tuple[str, ...] | None) -> str | None:
    """The types as they are kept; raises INVALID_BODY for a number below 1 and what is no media type."""
    for field in _NUMBERS:
        value = numbers.get(field)
        if value is not None and not 1 <= value <= 1 << 53:
            raise invalid_field(_camel(field), "number_range", min=1, max=1 << 53)
    if types is None:
        return None
    if len(types) > _MOST_TYPES or not all(_TYPE.fullmatch(each) for each in types):
        raise invalid_field("allowedTypes", "not_valid", reason="image/*, application/pdf, …")
    return " ".join(types) or None


def _fits(content_type: str, pattern: str) -> bool:
    return content_type == pattern or (pattern.endswith("/*") and content_type.startswith(pattern[:-1]))


def _camel(field: str) -> str:
    head, *rest = field.split("_")
    return head + "".join(part.title() for part in rest)
