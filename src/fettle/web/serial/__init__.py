"""Dialect A, to the letter: what a client written for the Serial work-order API sends and expects (contract A)."""

from fettle.web.operations import Operation
from fettle.web.serial import approvals, attachments, catalogue, datasets, files, people, work_order_list, work_orders

_PARTS = (work_order_list, work_orders, attachments, approvals, catalogue, datasets, files, people)


def operations() -> list[Operation]:
    """Everything that can be asked in this dialect."""
    return [operation for part in _PARTS for operation in part.serial.all]
