"""What of a document may go, and which of it goes; how that is led back to the profile. No engine runs here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from composing import Tree, cases, choose, composed, read
from hypothesis import given, settings
from msgspec.structs import replace
from strategies import profiles
from typeset import place as place_in

from cvbuild import pipeline
from cvbuild.document import Document, walk
from cvbuild.drafts import Draft, without
from cvbuild.fit import flows, units
from cvbuild.fit.lock import digest
from cvbuild.fit.solve import Paper, everything
from cvbuild.fit.tighten import changes, levels
from cvbuild.profile import identity
from cvbuild.rendered import Position, Row
from cvbuild.theme import Option, Theme
from cvbuild.view import Overrides
from cvbuild.writers.latex_marks import Marking, rows

_CASES = dict(cases("fit"))
_LINE_PT = 10.0


def draft(tree: Tree) -> Draft:
    return pipeline.draft(read(tree), "", Overrides(), place_in(Path("none")))


def one_line_each(document: Document) -> tuple[Row, ...]:
    """Return the rows of *document* as an engine sets it that has room for everything on one line."""
    marking = Marking()
    marking.document(document)
    steps = range(2 * len(marking.runs))
    found = [Position(mark, 0.0, (mark // 2 + 1) * _LINE_PT, _LINE_PT) for mark in steps]
    return rows(marking.runs, found)


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES)
def test_what_goes(case: Tree) -> None:
    tree = {key: value for key, value in case["profile"].items() if value is not None}
    made = draft({**tree, **({"view": case["view"]} if "view" in case else {})})
    measured = units.measured(made, one_line_each(made.document))
    choice = flows.best(measured, Paper((round(int(case["lines"]) * _LINE_PT * units.PER_PT),)))

    assert (None if choice is None else list(units.outermost(measured, choice.dropped))) == case["goes"]


@settings(max_examples=40)
@given(profiles())
def test_every_record_with_a_node_is_found_by_the_id_of_that(tree: Tree) -> None:
    """And every id of a node leads to records, or is that of a section, of a group in one, or of a contact."""
    profile = choose(read(tree).profile).profile
    document = composed(profile)
    known = identity.named(profile)
    used = {name for node in walk(document) for name in getattr(node, "id", "").split(identity.SEPARATOR) if name}
    sections = {spec.name for spec in profile.view.sections or ()}
    groups = {name for name in used if name.partition("/")[0] in sections and "/" in name}
    contacts = {contact.text("id") for contact in profile.contacts}
    prose = {one.id for one in known.values() if one.record.kind == "text"}

    assert used - set(known) <= sections | groups | contacts
    tops = {one.id for one in known.values() if one.within in sections} - prose
    assert tops <= used


@settings(max_examples=40)
@given(profiles())
def test_an_id_leads_to_the_place_of_its_record(tree: Tree) -> None:
    profile = choose(read(tree).profile).profile

    for name, one in identity.named(profile).items():
        assert identity.place(profile, name) == (one.mark, name)
    assert identity.place(profile, "nobody[7]") is None


@settings(max_examples=40)
@given(profiles())
def test_what_is_dropped_is_gone_and_all_else_stays(tree: Tree) -> None:
    profile = choose(read(tree).profile).profile
    known = identity.named(profile)
    dropped = set(list(known)[::3])
    left = [one.record for one in identity.named(identity.without(profile, dropped)).values()]
    held = {name for name in known if not _is_within(name, dropped, known)}

    assert identity.without(profile, ()) == profile
    assert len(left) == len(held)
    assert sorted(str(r.mark) for r in left) == sorted(str(known[name].mark) for name in held)


def _is_within(name: str, dropped: set[str], known: object) -> bool:
    assert isinstance(known, dict)
    while name in known:
        if name in dropped:
            return True
        name = known[name].within
    return False


@settings(max_examples=40)
@given(profiles())
def test_every_row_is_in_one_unit_and_every_unit_once(tree: Tree) -> None:
    made = draft(tree)
    found = one_line_each(made.document)
    (root,) = units.measured(made, found)
    names = [unit.id for unit in everything(root)]

    assert len(names) == len(set(names))
    assert sum(unit.lines for unit in everything(root)) == len(found)
    height = sum(block.gap + block.height for unit in everything(root) for block in unit.blocks)
    assert height == round(max((row.bottom_pt for row in found), default=0) * units.PER_PT)


@settings(max_examples=40)
@given(profiles())
def test_a_choice_takes_the_lines_that_it_foresees(tree: Tree) -> None:
    """What is left of the document, set anew, has as many lines as the choice had room for, or less."""
    made = draft(tree)
    flow = units.measured(made, one_line_each(made.document))
    lines = sum(unit.lines for unit in everything(flow[0]))
    room = max(lines * 2 // 3, 1)
    choice = flows.best(flow, Paper((round(room * _LINE_PT * units.PER_PT),)))
    if choice is not None and (gone := units.outermost(flow, choice.dropped)):
        left = without(made, gone)
        assert len(one_line_each(left.document)) <= room


def theme(**options: Option) -> Theme:
    return Theme("t", "", ("weasyprint",), (Path(),), options)


def test_steps_tighten_what_nobody_has_set_and_never_loosen() -> None:
    look = theme(
        size=Option("size", "length", "10pt", "", "8pt", "12pt"),
        gaps=Option("gaps", "choice", "normal", "", values=("airy", "normal", "tight")),
    )
    look = replace(look, tighten=({"gaps": "normal"}, {"gaps": "tight"}, {"size": "9pt"}, {"size": "9.5pt"}))
    found = levels(look, {"size": "10pt", "gaps": "normal"}, ())

    assert [changes(found[0], level) for level in found] == [
        (),
        (("gaps", "normal", "tight"),),
        (("size", "10pt", "9pt"), ("gaps", "normal", "tight")),
    ]
    assert len(levels(look, {"size": "10pt", "gaps": "normal"}, {"size"})) == 2
    assert levels(look, {"size": "8.5pt", "gaps": "tight"}, ())[1:] == ()


def test_the_day_of_a_draft_is_not_in_what_a_lock_is_made_for(tmp_path: Path) -> None:
    """Or no lock would hold until tomorrow; what a day changes is."""
    awards = [{"title": "A", "date": "2020"}, {"title": "B", "date": "2027"}]
    source = read({"person": {"name": "Ada"}, "awards": awards})
    days = [date(2026, 3, 1), date(2026, 3, 2), date(2028, 1, 1)]
    where = place_in(tmp_path)
    first, second, later = (
        digest(pipeline.draft(source, "", Overrides(), replace(where, today=day))) for day in days
    )
    assert first == second
    assert first != later
