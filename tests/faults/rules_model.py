"""A small model of what may be done with a work order, written from the rules alone: it knows nothing of the code."""

from dataclasses import dataclass, field

LIFE = {
    "DRAFT": {"REVIEW": "OPA", "CANCELED": "PA"},
    "REVIEW": {"PRODUCTION": "PA", "DRAFT": "OPA", "CANCELED": "PA"},
    "PRODUCTION": {"COMPLETE": "OPA", "REVIEW": "OPA", "CANCELED": "PA"},
    "COMPLETE": {"PRODUCTION": "PA", "ARCHIVED": "PA"},
    "CANCELED": {"DRAFT": "PA", "ARCHIVED": "PA"},
    "ARCHIVED": {},
}
_OPEN = {"DRAFT", "REVIEW", "PRODUCTION"}
REPEAT = "repeat"


@dataclass(frozen=True)
class Person:
    """Who acts: by the first letter of the role, V, O, P or A, by an own session or through the key of `robot`."""

    id: str
    role: str
    robot: str | None = None

    @property
    def letters(self) -> str:
        """The roles that all have to be allowed to: a robot is an administrator."""
        return self.role + ("A" if self.robot else "")

    def has_right(self, letters: str) -> bool:
        return (self.robot is not None) or self.role in letters

    def may(self, letters: str) -> bool:
        return set(self.letters) <= set(letters)


@dataclass
class Model:
    """One order. Every method answers with the code of the refusal, `REPEAT`, or "" for what is done."""

    maker: Person
    status: str = "DRAFT"
    version: int = 1
    editor: Person | None = None
    quantity: int = 1
    assignee: str | None = None
    answers: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    notes: dict[str, bool] = field(default_factory=dict)
    four_eyes: bool = True
    reasons: bool = True

    def bar(self, who: Person, to: str) -> str:
        """What refuses the move to whom, when a reason is given."""
        if not who.has_right("OPA"):
            return "FORBIDDEN"
        if to in LIFE[self.status] and not who.may(LIFE[self.status][to]):
            return "ROLE_NOT_ALLOWED"
        if to not in LIFE[self.status]:
            return "ILLEGAL_MOVE"
        is_release = (self.status, to) == ("REVIEW", "PRODUCTION")
        is_waiting = any(status != "APPROVED" for status, _ in self.answers.values())
        return "APPROVALS_MISSING" if is_release and is_waiting else ""

    def move(self, who: Person, to: str, comment: str | None) -> str:
        opens_again = (self.status, to) in {("COMPLETE", "PRODUCTION"), ("CANCELED", "DRAFT")}
        if who.has_right("OPA") and to == self.status:
            return REPEAT
        if who.has_right("OPA") and self._lacks_reason(comment) and (opens_again or to == "CANCELED"):
            return "INVALID_BODY"
        bar = self.bar(who, to)
        if not bar:
            self.status, self.version = to, self.version + 1
            if to == "DRAFT":
                self._ask_anew()
        return bar

    def edit(self, who: Person, quantity: int | None, assignee: str | None) -> str:
        if not who.has_right("PA"):
            return "FORBIDDEN"
        if quantity is not None and self.status != "DRAFT":
            return "WORK_ORDER_NOT_DRAFT"
        if self.status not in _OPEN:
            return "WORK_ORDER_CLOSED"
        is_edit = quantity is not None and quantity != self.quantity
        if is_edit or (assignee is not None and assignee != self.assignee):
            self.version += 1
        if is_edit:
            self._edited(who)
        self.quantity, self.assignee = quantity or self.quantity, assignee or self.assignee
        return ""

    def attach(self, who: Person, note: str) -> str:
        if not who.has_right("OPA"):
            return "FORBIDDEN"
        if self.status != "DRAFT":
            return "WORK_ORDER_NOT_DRAFT"
        self.notes[note] = True
        self.version += 1
        self._edited(who)
        return ""

    def delete(self, who: Person, note: str, reason: str | None) -> str:
        if not who.has_right("OPA"):
            return "FORBIDDEN"
        if not self.notes[note]:
            return REPEAT
        if self._lacks_reason(reason):
            return "INVALID_BODY"
        if self.status != "DRAFT":
            return "WORK_ORDER_NOT_DRAFT"
        self.notes[note] = False
        self.version += 1
        self._edited(who)
        return ""

    def ask(self, who: Person, approver: str, role: str) -> str:
        if not who.has_right("OPA"):
            return "FORBIDDEN"
        if approver in self.answers and self.answers[approver][0] == "PENDING":
            return REPEAT
        if who.may("OPA") and role == "V":
            return "INVALID_BODY"
        return self._answer(who, "OPA", approver, ("PENDING", None))

    def withdraw(self, who: Person, approver: str, reason: str | None) -> str:
        if not who.has_right("OPA"):
            return "FORBIDDEN"
        if approver not in self.answers:
            return "NOT_FOUND"
        if who.may("PA") and approver in self.answered:
            if self._lacks_reason(reason):
                return "INVALID_BODY"
            if self.four_eyes and self._is_own(who):
                return "FOUR_EYES"
        return self._answer(who, "PA", approver, None)

    def decide(self, who: Person, approver: str, status: str, comment: str | None, *, saw_it: bool) -> str:
        if not who.has_right("OPA"):
            return "FORBIDDEN"
        if approver not in self.answers:
            return "NOT_FOUND"
        if who.id != approver:
            return "NOT_YOURSELF"
        if self.answers[approver] == (status, comment):
            return REPEAT
        bar = self._bar_of_decision(who, status, comment, saw_it=saw_it) or self._answer(
            who, "OPA", approver, (status, comment)
        )
        if not bar:
            self.answered.add(approver)
        return bar

    def _bar_of_decision(self, who: Person, status: str, comment: str | None, *, saw_it: bool) -> str:
        if status == "REJECTED" and self._lacks_reason(comment):
            return "INVALID_BODY"
        if who.may("OPA") and status == "APPROVED" and self.four_eyes and self._is_own(who):
            return "FOUR_EYES"
        return "CONTENT_CHANGED" if who.may("OPA") and self.status in _OPEN and not saw_it else ""

    def _is_own(self, who: Person) -> bool:
        authors = [self.maker, *([self.editor] if self.editor else [])]
        is_hers = any(who.id in {author.id, author.robot} for author in authors)
        return is_hers or who.robot in {author.id for author in authors}

    def _answer(self, who: Person, letters: str, approver: str, answer: tuple[str, str | None] | None) -> str:
        if not who.may(letters):
            return "ROLE_NOT_ALLOWED"
        if self.status not in _OPEN:
            return "WORK_ORDER_CLOSED"
        self.answers.pop(approver, None)
        if answer is not None:
            self.answers[approver] = answer
        self.version += 1
        return ""

    def _edited(self, who: Person) -> None:
        self.editor = who
        self._ask_anew()

    def _ask_anew(self) -> None:
        self.answers = dict.fromkeys(self.answers, ("PENDING", None))

    def _lacks_reason(self, text: str | None) -> bool:
        return self.reasons and not (text or "").strip()
