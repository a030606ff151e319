"""What was found out about a pack."""

from dataclasses import dataclass, field
from typing import Final

from fettle.domain.verification import Problem

_MOST_KEPT: Final = 1000


@dataclass(slots=True)
class Verdict:
    """What a pack holds, as far as it was read, and what does not hold: the first problems, and how many in all.

    `stamped_sizes` are those of checkpoints with a time stamp, whose token is not verified here. `kept_size` is the
    size of the checkpoint that was given; of the entries, `newer` are not covered by it. Of the `signatures`, those
    `by_passkey` were verified by the key of the device.
    """

    company: str = ""
    company_id: str = ""
    made_at: str = ""
    orders: int = 0
    entries: int = 0
    erased: int = 0
    newer: int = 0
    files: int = 0
    bytes: int = 0
    without_bytes: int = 0
    signatures: int = 0
    by_passkey: int = 0
    checkpoint_size: int = 0
    checkpoint_root: str = ""
    stamped_sizes: list[int] = field(default_factory=list)
    key_id: str = ""
    is_own_key: bool = True
    kept_size: int | None = None
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing was found to be wrong."""
        return not self.problem_count

    def add(self, problem: Problem) -> None:
        """Note something that does not hold."""
        self.problem_count += 1
        if len(self.problems) < _MOST_KEPT:
            self.problems.append(problem)


@dataclass(slots=True)
class Steps:
    """How far a verification is: files and bytes that were read, of how many."""

    files: int = 0
    bytes: int = 0
    all_files: int = 0
    all_bytes: int = 0
