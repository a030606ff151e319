"""A figure: what was measured, what the goal is, whether it was reached."""

from typing import Literal

import msgspec

from bench.load import Outcome


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`value` is in `unit`; as a share of the bare reference it is a number like 0.5, with the unit "of bare".

    `goal` is None for what is only reported. `bare` and `fettle` say the raw numbers in words.
    """

    name: str
    value: float | None
    unit: str
    goal: float | None = None
    direction: Literal["at least", "at most"] = "at least"
    bare: str = ""
    fettle: str = ""
    rounds: dict[str, list[Outcome]] = msgspec.field(default_factory=dict)

    @property
    def is_reached(self) -> bool | None:
        if self.goal is None or self.value is None:
            return None
        return self.value >= self.goal if self.direction == "at least" else self.value <= self.goal
