"""How often a fault happens: a few times in `make test`, many times in `make faults`, or as the environment says."""

import os

_LONG = {
    "FAULT_KILLS": 1000,
    "FAULT_POINT_KILLS": 20,
    "FAULT_CUTS": 100,
    "FAULT_UPLOADS": 500,
    "FAULT_STEPS": 10_000,
    "FAULT_PACKED": 460,
}
_QUICK = {
    "FAULT_KILLS": 4,
    "FAULT_POINT_KILLS": 1,
    "FAULT_CUTS": 2,
    "FAULT_UPLOADS": 12,
    "FAULT_STEPS": 400,
    "FAULT_PACKED": 24,
}


def how_many(name: str, *, long_run: bool) -> int:
    return int(os.environ.get(name) or (_LONG if long_run else _QUICK)[name])


def rounds_of(count: int, most: int) -> list[int]:
    """The count in rounds, each on a fresh installation, so that checking does not take ever longer."""
    return [most] * (count // most) + [count % most] * bool(count % most)
