"""The pages that people work in: HTML made here, over the same services as both dialects."""

from typing import Final

from fettle.web.operations import Operation
from fettle.web.pages import (
    approvals,
    capture,
    catalogue,
    check,
    editing,
    home,
    labels,
    making,
    offline,
    order,
    orders,
    photo,
)
from fettle.web.pages.order_acts import order_acts
from fettle.web.pages.sessions import session_pages
from fettle.web.pages.statics import static_operations
from fettle.web.sign_ins import SignIns

_OF_ORDERS: Final = (orders, order, photo, making, editing, catalogue)
_DECLARED: Final = (home, *_OF_ORDERS, approvals, check, capture, labels, offline)


def operations(sign_ins: SignIns) -> list[Operation]:
    """Every page, and the files that they load."""
    declared = [each for file in _DECLARED for each in file.pages.all]
    return [*declared, *order_acts(sign_ins), *session_pages(sign_ins), *static_operations()]
