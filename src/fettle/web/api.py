"""Everything that can be asked of the server, in one list, and the pages beside it."""

from fettle.web import pages, pms, serial, tus
from fettle.web.openapi.document import Document
from fettle.web.operations import Operation
from fettle.web.server_routes import Server, server_operations
from fettle.web.sign_ins import SignIns


def all_operations(server: Server, sign_ins: SignIns | None = None) -> list[Operation]:
    """The operations of both dialects, of uploads in parts and the server's own, which describe them all."""
    operations = [*serial.operations(), *pms.operations(sign_ins or SignIns()), *tus.operations()]
    document = Document(lambda: operations, server.version, server.url)
    operations += server_operations(server, document)
    return operations


def operations_and_pages(server: Server) -> list[Operation]:
    """The same with the pages; both count whoever guesses passwords together."""
    sign_ins = SignIns()
    return [*all_operations(server, sign_ins), *pages.operations(sign_ins)]
