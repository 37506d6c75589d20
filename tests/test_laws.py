"""The laws of selection and composition, for every profile that Hypothesis can think of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from composing import choose, composed, read
from hypothesis import given
from hypothesis import strategies as st
from strategies import Tree, days, profiles

from cvbuild import markup
from cvbuild.document import Inline, Node, children
from cvbuild.document import plain as words
from cvbuild.profile import Profile, Record
from cvbuild.profile.plain import plain
from cvbuild.source import dump
from cvbuild.view import Overrides, resolve, select
from cvbuild.writers import native, text

# What selection and `plain` say that no person wrote: words of the format, and ids of appearances.
_FORMAT = re.compile(r"me[†‡*§¶]*|true|experience|\d{4}-\d{2}-\d{2}|0\.0|[a-z]\d+\.\d+|[a-z]\d+\.[a-z]\d+")


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a tree; keys that are days or languages too."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts(item)
    elif value is not None:
        yield str(value)


@given(profiles())
def test_selecting_twice_selects_once(tree: Tree) -> None:
    """A selection is already what its view asks for."""
    once = choose(read(tree).profile)
    twice = select(resolve(once.profile), once.profile.as_of or days)  # type: ignore[arg-type]

    assert twice.profile == once.profile


@given(profiles(), st.booleans())
def test_a_selection_written_as_yaml_builds_the_same_document(tree: Tree, private: bool) -> None:
    """`variants show` prints a profile in its own right."""
    once = choose(read(tree).profile, private=private).profile
    again = choose(read_again(once)).profile

    assert composed(again) == composed(once)


def read_again(profile: Profile) -> Profile:
    return read(plain(profile)).profile


def test_what_appearances_share_is_named_in_the_first_alone() -> None:
    places = [{"venue": "Tides", "status": "published", "date": "2024"}, {"venue": "Bay", "date": "2025"}]
    links = {"Code": {"url": "https://example.org/l", "id": "code"}}
    tree: Tree = {"person": {"name": "Ada"}, "publications": [{"title": "T", "appearances": places, "links": links}]}
    once = choose(read(tree).profile).profile
    found = [[link.text("id") for link in work.records("links")] for work in once.collections[0].entries]
    assert found == [["code"], [""]]
    assert choose(read_again(once)).profile.collections[0].entries[1].records("links")


@given(profiles())
def test_selection_invents_nothing(tree: Tree) -> None:
    known = set(texts(tree))
    selected = plain(choose(read(tree).profile).profile)
    del selected["view"]

    invented = {found for found in texts(selected) if found not in known and not _FORMAT.fullmatch(found)}
    assert not invented - {"url", "text", "value", "entries", "type", "items", "id", "since", "cite_as"}


@given(profiles())
def test_nothing_private_is_in_a_public_document(tree: Tree) -> None:
    """Not in the document, not in what is written of it, not in the selection itself."""
    chosen = choose(read(tree).profile).profile
    document = composed(chosen)

    for written in (native.write(document), text.write(document), dump(plain(chosen))):
        assert "secret" not in written
        assert "555" not in written


@given(profiles(), st.booleans())
def test_composition_loses_nothing(tree: Tree, private: bool) -> None:
    """Every text of the selection is in the document, entries in their order where no group parts them."""
    chosen = choose(read(tree).profile, private=private).profile
    document = "\n".join(_runs(composed(chosen)))
    grouped = {spec.name for spec in chosen.view.sections or () if "group_by" in spec.options.fields}

    for collection in chosen.collections:
        places = []
        for entry in collection.entries:
            found = [document.find(words(markup.parse(said, language=chosen.language))) for said in _printed(entry)]
            assert -1 not in found, entry
            places.append(min(found))
        assert collection.name in grouped or places == sorted(places)


def _runs(node: Node) -> Iterator[str]:
    """Yield the words of each run of inlines in *node*, apart from each other, so that no text is found across two."""
    for is_inline, group in groupby(children(node), lambda child: isinstance(child, Inline)):
        if is_inline:
            yield words(tuple(child for child in group if isinstance(child, Inline)))
        else:
            for child in group:
                yield from _runs(child)


def _printed(record: Record) -> Iterator[str]:
    """Yield every text of *record* that somebody wrote to be printed."""
    for name, value in record.fields.items():
        if name in ("id", "tags", "priority", "since", "until", "url", "status", "author_order", "authors"):
            continue
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Record):
                yield from _printed(item)
            elif isinstance(item, str) and item not in ("jx", "cx", "present"):
                yield item


@given(profiles())
def test_each_appearance_stands_in_one_of_two_sections_on_every_day(tree: Tree) -> None:
    """Sections that part a collection by status lose no work and print none twice."""
    parted = {
        "preprints": {"from": "publications", "where": {"status": "<accepted"}},
        "publications": {"where": {"status": ">=accepted"}},
    }
    both = [{name: options} for name, options in parted.items()]
    if "publications" not in tree:
        return
    profile = read({**tree, "view": {"sections": ["statement", *both]}}).profile
    whole = read({**tree, "view": {"sections": ["statement", "publications"]}}).profile
    for year in range(2019, 2028):
        for month in (1, 7):
            day = f"{year}-{month:02d}-15"
            assert sorted(_titles(profile, day)) == sorted(_titles(whole, day))


def _titles(profile: Profile, day: str) -> list[tuple[str, str]]:
    chosen = choose(profile, as_of=day).profile
    return [
        (entry.text("id"), entry.text("title") + entry.text("status") + entry.text("venue"))
        for collection in chosen.collections
        if collection.type == "publications"
        for entry in collection.entries
    ]


@given(profiles(), days)
def test_what_is_known_stays_known(tree: Tree, day: str) -> None:
    """With no `until` and no change of status, a later day loses no entry."""
    tree = {name: value for name, value in tree.items() if name not in ("view", "publications")}
    profile = read(tree).profile
    before, after = (choose(profile, as_of=moment).profile for moment in (day, "2030"))

    assert all(_count(before, name) <= _count(after, name) for name in tree)


def _count(profile: Profile, name: str) -> int:
    collection = profile.collection(name)
    return len(collection.entries) if collection else 0


@given(profiles())
def test_the_same_profile_gives_the_same_tree(tree: Tree) -> None:
    first, second = (native.write(composed(choose(read(tree).profile).profile)) for _ in range(2))

    assert first == second


@given(profiles(), days)
def test_a_day_of_the_view_comes_after_one_of_the_command_line(tree: Tree, day: str) -> None:
    profile = read(tree).profile

    assert str(choose(profile, as_of=day).profile.as_of) == day
    assert resolve(profile, "", Overrides()).as_of is not None
