"""What a job ad asks for, against one view of a profile: covered, left out by the view, or not in the profile at all.

No model and no guess: terms are names out of a table, out of the profile itself, or words that the ad writes as names.
The same profile and ad give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from cvbuild.checks.expected import expected
from cvbuild.document import Document
from cvbuild.errors import Mark
from cvbuild.facts import Facts, period
from cvbuild.matching.ad import Importance, Line
from cvbuild.matching.terms import Term, Text, Vocabulary, technical
from cvbuild.profile import Profile, Record
from cvbuild.view.explain import Account


class Place(Struct, frozen=True):
    """Where the profile has a term that the view leaves out: the thing, its line, and what keeps it out."""

    where: str
    mark: Mark
    reasons: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """One term of an ad: how much it is asked for and how often, and where there is something to it.

    `shown` are the ids of what mentions it in the view, `years` how long entries there do; `hidden` is what else of the
    profile has it.
    """

    name: str
    importance: Importance
    asked: int
    shown: tuple[str, ...] = ()
    count: int = 0
    years: float = 0.0
    hidden: tuple[Place, ...] = ()


class Match(Struct, frozen=True):
    """All terms of an ad, the required ones first."""

    terms: tuple[Found, ...]

    @property
    def covered(self) -> tuple[Found, ...]:
        return tuple(term for term in self.terms if term.count)

    @property
    def hidden(self) -> tuple[Found, ...]:
        return tuple(term for term in self.terms if not term.count and term.hidden)

    @property
    def missing(self) -> tuple[Found, ...]:
        return tuple(term for term in self.terms if not term.count and not term.hidden)

    @property
    def coverage(self) -> int:
        """Whole percents of the terms that the view covers."""
        return _percent(len(self.covered), len(self.terms))

    @property
    def potential(self) -> int:
        """Whole percents of the terms that the whole profile covers."""
        return _percent(len(self.covered) + len(self.hidden), len(self.terms))


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole if whole else 100


class Side(Struct, frozen=True):
    """One view: its document, what was selected for it, and why the rest was not."""

    document: Document
    profile: Profile
    account: Account


def match(lines: Sequence[Line], whole: Profile, side: Side, today: date) -> Match:
    """Return what of an ad the view *side* of the profile *whole* covers."""
    facts = Facts(whole, today)
    vocabulary = Vocabulary(_own_terms(facts))
    asked = _asked(lines, vocabulary)
    shown = [(piece.id, Text(piece.text)) for piece in expected(side.document)]
    texts = [(said.where, said.mark, Text(said.text)) for said in facts.texts]
    spans = _spans(side.profile, today)
    found = (_found(term, asked[term], shown, texts, spans, side.account) for term in asked)
    order = {"required": 0, "named": 1, "preferred": 2}
    return Match(tuple(sorted(found, key=lambda f: (order[f.importance], -f.asked, f.name.casefold()))))


_NAMING = {
    "skills": ("name", "items"), "languages": ("name",), "certificates": ("name",), "projects": ("keywords",),
    "experience": ("position",), "publications": ("subjects",), "interests": ("text",), "education": ("area",),
}  # fmt: skip


def _own_terms(facts: Facts) -> Iterable[str]:
    """Yield what a profile calls skills, tools, languages, titles and fields, in all its languages."""
    for entry in facts.entries:
        for said in facts.texts:
            head, _, name = said.where.rpartition(".")
            if head == entry.where and name in _NAMING.get(entry.type, ()) and len(said.text.split()) <= 4:
                yield said.text


def _asked(lines: Sequence[Line], vocabulary: Vocabulary) -> dict[Term, tuple[Importance, int]]:
    """Return each term that the ad names, how much it is asked for, and how often."""
    rank: dict[Importance, int] = {"required": 0, "named": 1, "preferred": 2}
    found: dict[Term, tuple[Importance, int]] = {}
    for line in lines:
        text = Text(line.text)
        named = {term: count for term in vocabulary if (count := text.mentions(term))}
        known = {word for term in named for name in term.names for word in Text(name).words}
        for word in technical(line.text, vocabulary, capitals=line.importance != "named"):
            if word not in known and not any(Text(word).mentions(term) for term in named):
                named.setdefault(vocabulary.term(word), 1)
        for term, count in named.items():
            before, times = found.get(term, (line.importance, 0))
            found[term] = (min(before, line.importance, key=lambda one: rank[one]), times + count)
    return found


def _found(
    term: Term, asked: tuple[Importance, int], shown: list[tuple[str, Text]], texts: list[tuple[str, Mark, Text]],
    spans: list[tuple[Text, date, date]], account: Account,
) -> Found:  # fmt: skip
    importance, times = asked
    here = {id: count for id, text in shown if (count := text.mentions(term))}
    count = sum(text.mentions(term) for _, text in shown)
    if count:
        ids = tuple(dict.fromkeys(filter(None, here)))
        return Found(term.name, importance, times, ids, count, _years(term, spans))
    hidden = (_place(where, mark, account) for where, mark, text in texts if text.mentions(term))
    return Found(term.name, importance, times, hidden=tuple(dict.fromkeys(place for place in hidden if place)))


def _place(where: str, mark: Mark, account: Account) -> Place | None:
    """Return where a text is that the view leaves out, and why; nothing for what is private."""
    verdict = account.around(mark)
    if verdict is None:
        return Place(where, mark)
    rules = {reason.rule for reason in verdict.reasons}
    if "private" in rules:
        return None
    return Place(verdict.path, mark, tuple(str(reason) for reason in verdict.reasons))


def _spans(profile: Profile, today: date) -> list[tuple[Text, date, date]]:
    """Return the texts of all that lasted, with its first and last day."""
    facts = Facts(profile, today)
    found = []
    for entry in facts.entries:
        told = period(facts, entry.record)
        if told and entry.type in ("experience", "projects", "volunteering"):
            found.append((Text("\n".join(_all_texts(entry.record))), told.first, told.last))
    return found


def _all_texts(record: Record) -> Iterable[str]:
    for name in record.fields:
        for item in record.items(name):
            yield from _all_texts(item) if isinstance(item, Record) else (str(item),)


def _years(term: Term, spans: list[tuple[Text, date, date]]) -> float:
    """Return for how many years entries mention *term*; what overlaps counts once."""
    days = 0
    reached = date.min
    for _, first, last in sorted(((t, f, e) for t, f, e in spans if t.mentions(term)), key=lambda span: span[1:]):
        begin = max(first, reached)
        days += max((last - begin).days, 0)
        reached = max(reached, last)
    return round(days / 365.25, 1)
