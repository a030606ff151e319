"""How pages are declared: as operations that answer in HTML, refuse in HTML, and stand in no API document."""

from collections.abc import Callable
from typing import Any, Final

from fettle.domain.people import Scope
from fettle.web.operations import Handler, Operation


class Pages:
    """The pages of one file, collected by its decorator."""

    def __init__(self) -> None:
        """None yet."""
        self.all: Final[list[Operation]] = []

    def __call__(
        self, method: str, *paths: str, scope: Scope | None = Scope.READ, **declared: Any
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler; further arguments are the fields of Operation."""

        def declare(handler: Handler) -> Handler:
            about: dict[str, Any] = {
                "media_type": "text/html",
                "answer": str,
                "tag": "pages",
                "is_documented": False,
                "is_page": True,
            }
            self.all.append(Operation(method, paths, handler, scope, **about, **declared))
            return handler

        return declare
