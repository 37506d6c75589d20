"""What a choice is made by: the wish and the day; and what was noticed on the way."""

from __future__ import annotations

from datetime import date

from msgspec import Struct, field

from cvbuild.errors import Mark, Problem
from cvbuild.profile import Record
from cvbuild.view.constant import Moment, constant
from cvbuild.view.reasons import Reason
from cvbuild.view.resolve import Wish


class Scope(Struct, frozen=True):
    """A wish on a day, with the problems and warnings found so far, and the reasons why rules left records out."""

    wish: Wish
    day: date
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    unplaced: list[Problem] = field(default_factory=list)
    reasons: dict[Mark, list[Reason]] = field(default_factory=dict)
    pinned: set[Mark] = field(default_factory=set)

    def apart(self) -> Scope:
        """Return the scope with warnings of its own, for what may yet go."""
        return Scope(self.wish, self.day, self.problems, reasons=self.reasons)

    def leave_out(self, record: Record, reason: Reason) -> None:
        """Note why a rule leaves *record* out: of the view, or of one section."""
        self.reasons.setdefault(record.mark, []).append(reason)

    def decision(self, path: str) -> str:
        """Return `omit` or `pin` where the view says so of *path*, else ''."""
        return self.wish.decisions.get(path, "") if path else ""

    def moment(self, mark: Mark, where: str) -> Moment:
        """Return the day and language, with a warning at *mark* for each value that lacks the language."""

        def untranslated(found: str) -> None:
            message = f"no text in '{self.wish.language}'; the one in '{found}' is used"
            self.warnings.append(Problem(mark, where, message, f"add '{self.wish.language}: …'"))

        return Moment(self.day, self.wish.language, self.wish.profile.translations[0], untranslated)

    def constants(self, record: Record, where: str, path: str = "") -> Record:
        """Return *record* with each value as it is on the day, and the fields that are omitted gone."""
        fields = {}
        for name, value in record.fields.items():
            if path and self.decision(f"{path}.{name}") == "omit":
                continue
            found = constant(value, self.moment(record.mark_of(name), f"{where}.{name}"))
            if found is not None and found != ():
                fields[name] = found
        return Record(record.kind, fields, record.marks, record.mark)

    def missing(self, record: Record, name: str, where: str) -> None:
        """Report that *record* stands without a value it cannot do without."""
        message = f"the field '{name}' has no value in force on {self.day}"
        hint = "give it a value from an earlier day, or say 'since:' from when the whole is known"
        self.problems.append(Problem(record.mark_of(name), where, message, hint))
