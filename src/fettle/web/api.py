"""Everything that can be asked of the server, in one list."""

from fettle.web import pms, serial, tus
from fettle.web.openapi.document import Document
from fettle.web.operations import Operation
from fettle.web.server_routes import Server, server_operations


def all_operations(server: Server) -> list[Operation]:
    """The operations of both dialects, of uploads in parts and the server's own, which describe them all."""
    operations = [*serial.operations(), *pms.operations(), *tus.operations()]
    document = Document(lambda: operations, server.version, server.url)
    operations += server_operations(server, document)
    return operations
