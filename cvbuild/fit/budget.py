"""The page budget: a view set as it is, then tighter, then with less of it, until it fits.

What an engine really sets has the last word. It measures once, on a page without end, and every guess made from that
is built and counted; where the pages are more than foreseen, the next guess allows for the difference.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from cvbuild import formats
from cvbuild.artifact import Fit
from cvbuild.drafts import Draft, Place, without
from cvbuild.errors import Mark, Problem, VariantError
from cvbuild.fit import plan
from cvbuild.fit.flows import Flows, best, filled
from cvbuild.fit.lock import Lock, digest
from cvbuild.fit.solve import Choice, Paper
from cvbuild.fit.tighten import Options, changes, levels
from cvbuild.fit.units import PER_PT, measured, outermost
from cvbuild.rendered import Compiled

# What an engine may differ by from what its measures foresee: rounding, and what no measure shows.
SLACK_PT = 1.5
_MOST_GUESSES = 5
# Room of a whole line left over that was not foreseen: worth another guess.
_LINE_PT = 12.0


class Left(Struct, frozen=True):
    """What is left of a view on the pages that it may have, how that came about, and what is odd about it."""

    made: Draft
    fit: Fit
    warnings: tuple[Problem, ...]


class Fitted(Left, frozen=True):
    """What is left of a view, and the PDF of that, which fits."""

    compiled: Compiled


class _Press(Struct):
    """An engine with a count of what it has set."""

    engine: str
    place: Place
    compiles: int = 0

    def build(self, made: Draft) -> Compiled:
        self.compiles += 1
        return formats.compiled(made, self.engine, self.place)


class _Guess(Struct, frozen=True):
    """A draft with its PDF, what it leaves out and where its last page was foreseen to end, in points."""

    made: Draft
    compiled: Compiled
    dropped: tuple[str, ...]
    end_pt: float


def fitted(made: Draft, engine: str, place: Place) -> Fitted:
    """Return *made* within the page budget of its view, set by *engine*.

    Raises `VariantError` where what must stay takes more pages.
    """
    budget = made.profile.view.pages
    assert budget is not None
    press = _Press(engine, place)
    whole = press.build(made)
    if whole.pages <= budget.max:
        return _told(made, made, whole, whole.pages, press)
    steps = levels(made.theme, made.options, made.said)
    tight = replace(made, options=dict(steps[-1]))
    measures = formats.measured(tight, engine, place, whole.sheets[0])
    press.compiles += 1
    flows = measured(tight, measures.rows)
    rooms = [measures.room_pt + sheet.room_pt - whole.sheets[-1].room_pt for sheet in whole.sheets[: budget.max]]
    paper = Paper(tuple(round((room - SLACK_PT) * PER_PT) for room in rooms))
    if filled(flows, paper, ()).pages <= paper.pages:
        found = _loosest(made, whole, steps, _share(flows, paper), press)
        if found is not None:
            return _told(made, *found, whole.pages, press)
    guess = _with_less(tight, flows, paper, press)
    near = plan.near(tight, flows, paper, guess.dropped)
    return _told(made, guess.made, guess.compiled, whole.pages, press, plan.told(tight, flows, guess.dropped), near)


def _share(flows: Flows, paper: Paper) -> float:
    """Return how much of *paper* the whole of *flows* takes, 1 being all of it."""
    end = filled(flows, paper, ())
    return (sum(paper.heights[: end.pages - 1]) + end.end) / sum(paper.heights)


def _loosest(
    made: Draft, whole: Compiled, steps: tuple[Options, ...], tightest: float, press: _Press
) -> tuple[Draft, Compiled] | None:
    """Return *made* after the first of *steps* with which it fits; nothing where it fits with none.

    The first does not fit, and the last takes *tightest* of the pages: of those between, the one that would fill the
    pages is tried first.
    """
    budget = made.profile.view.pages
    assert budget is not None
    room = sum(sheet.room_pt for sheet in whole.sheets[: budget.max])
    low, taken = 0, (sum(sheet.room_pt for sheet in whole.sheets[:-1]) + whole.sheets[-1].end_pt) / room
    high, found, least = len(steps), None, tightest
    while high - low > 1:
        last = min(high, len(steps) - 1)
        guessed = low + (last - low) * (taken - 1) / (taken - least) if taken > least else last
        step = max(low + 1, min(round(guessed + 0.3), high - 1))
        draft = replace(made, options=dict(steps[step]))
        compiled = press.build(draft)
        end = compiled.sheets[-1]
        share = (sum(sheet.room_pt for sheet in compiled.sheets[:-1]) + end.end_pt) / (room or 1)
        if compiled.pages <= budget.max:
            high, found, least = step, (draft, compiled), min(share, 1.0)
        else:
            low, taken = step, max(share, 1.0)
    return found


def _with_less(made: Draft, flows: Flows, paper: Paper, press: _Press) -> _Guess:
    """Return the best of *made* that really fits *paper*: the foreseen choice, put right by what came of it."""
    chosen: _Guess | None = None
    tried: set[tuple[str, ...]] = set()
    for _ in range(_MOST_GUESSES):
        choice = best(flows, paper)
        if choice is None:
            break
        if choice.dropped in tried:
            break
        tried.add(choice.dropped)
        guess = _guessed(made, flows, choice, press)
        over = guess.compiled.pages > paper.pages
        if not over and (chosen is None or len(guess.dropped) <= len(chosen.dropped)):
            chosen = guess
        less = _unforeseen(guess, paper)
        if not over and (-less < _LINE_PT or press.compiles >= 4):
            break
        paper = Paper((*paper.heights[:-1], paper.heights[-1] - round(less * PER_PT)))
    if chosen is None:
        raise _impossible(made, flows, paper)
    return chosen


def _guessed(made: Draft, flows: Flows, choice: Choice, press: _Press) -> _Guess:
    left = without(made, outermost(flows, choice.dropped))
    return _Guess(left, press.build(left), choice.dropped, choice.end / PER_PT)


def _unforeseen(guess: _Guess, paper: Paper) -> float:
    """Return by how many points the document of *guess* ends further down than was foreseen; less than 0: higher."""
    sheets = guess.compiled.sheets
    more = sum(sheet.end_pt for sheet in sheets[paper.pages :])
    if more:
        return more + SLACK_PT
    if guess.compiled.pages < paper.pages:
        return 0.0
    return sheets[-1].end_pt - guess.end_pt if sheets else 0.0


def _impossible(made: Draft, flows: Flows, paper: Paper) -> VariantError:
    """Return the error for a budget that not even what must stay fits: how much that is, and what it is."""
    least = plan.least(flows)
    end = filled(flows, Paper((*paper.heights[:-1], 10**9)), least)
    over_mm = (end.end - paper.heights[-1]) / PER_PT * 25.4 / 72
    lines = plan.lines(over_mm, flows)
    staying = plan.staying(made, flows)
    mark = made.profile.view.mark_of("pages")
    count = f"{paper.pages} page{'s' if paper.pages > 1 else ''}"
    message = f"what must stay takes {over_mm:.0f} mm (about {lines} lines) more than {count}"
    return VariantError(Problem(mark if mark.line else Mark(made.profile.file), "pages", message, staying))


def _told(
    asked: Draft,
    made: Draft,
    compiled: Compiled,
    whole_pages: int,
    press: _Press,
    dropped: tuple[plan.Dropped, ...] = (),
    near: tuple[plan.Dropped, ...] = (),
) -> Fitted:
    """Return *made*, which is what became of *asked*, with the report."""
    budget = asked.profile.view.pages
    assert budget is not None
    fit = Fit(
        max_pages=budget.max,
        pages=compiled.pages,
        fill=compiled.sheets[-1].fill if compiled.sheets else 0.0,
        whole_pages=whole_pages,
        tightened=changes(asked.options, made.options),
        dropped=dropped,
        near=near,
        compiles=press.compiles,
        digest=digest(asked),
    )
    return Fitted(made, fit, plan.vanished(asked, made, dropped), compiled)


def as_locked(made: Draft, lock: Lock) -> Left:
    """Return what *lock* leaves of *made*; no engine sets it.

    Raises `VariantError` where the lock was for another view.
    """
    budget = made.profile.view.pages
    assert budget is not None
    if lock.digest != digest(made):
        message = "it was made for this view as it was before something in it changed"
        raise VariantError(Problem(Mark(lock.file), "", message, "build once more with --lock"))
    options = {**made.options, **{name: value for name, value in lock.tightened.items() if name in made.options}}
    tight = replace(made, options=options)
    left = without(tight, lock.dropped)
    dropped = plan.named_only(tight, lock.dropped)
    steps = changes(made.options, options)
    fit = Fit(budget.max, 0, 0.0, 0, steps, dropped, compiles=0, locked=True, digest=lock.digest)
    return Left(left, fit, plan.vanished(made, left, dropped))


def locked(made: Draft, engine: str, place: Place, lock: Lock) -> Fitted:
    """Return *made* as *lock* says. Raises `VariantError` where that was for another view, or no longer fits."""
    found = as_locked(made, lock)
    press = _Press(engine, place)
    compiled = press.build(found.made)
    if compiled.pages > found.fit.max_pages:
        asked = f"the view asks for {found.fit.max_pages} at most"
        message = f"what is locked takes {compiled.pages} pages here; {asked}"
        hint = "build once more with --lock, where the PDF is to be right"
        raise VariantError(Problem(Mark(lock.file), "pages", message, hint))
    fill = compiled.sheets[-1].fill if compiled.sheets else 0.0
    fit = replace(found.fit, pages=compiled.pages, fill=fill, compiles=press.compiles)
    return Fitted(found.made, fit, found.warnings, compiled)
