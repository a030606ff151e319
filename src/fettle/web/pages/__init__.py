"""The pages that people work in: HTML made here, over the same services as both dialects."""

from fettle.web.operations import Operation
from fettle.web.pages import home, orders
from fettle.web.pages.sessions import session_pages
from fettle.web.pages.statics import static_operations
from fettle.web.sign_ins import SignIns


def operations(sign_ins: SignIns) -> list[Operation]:
    """Every page, and the files that they load."""
    return [*home.pages.all, *session_pages(sign_ins), *orders.pages.all, *static_operations()]
