"""All operations of the dialect."""

from typing import Final

from fettle.web.operations import Operation
from fettle.web.serial import approvals, attachments, catalogue, datasets, files, people, work_order_list, work_orders

OPERATIONS: Final[tuple[Operation, ...]] = (
    *work_order_list.serial.all,
    *work_orders.serial.all,
    *attachments.serial.all,
    *approvals.serial.all,
    *catalogue.serial.all,
    *datasets.serial.all,
    *files.serial.all,
    *people.serial.all,
)
