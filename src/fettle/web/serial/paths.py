"""Serial writes some paths of one work order in the singular and some in the plural; here both answer."""


def of_order(rest: str = "") -> tuple[str, str]:
    """Both spellings of a path below one work order."""
    return f"/work-order/{{id}}{rest}", f"/work-orders/{{id}}{rest}"
