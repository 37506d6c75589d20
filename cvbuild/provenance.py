"""Where a file comes from: the stamp that each PDF bears, and the source that it carries where that is asked for.

The source is one view, resolved: what the document shows and how, and nothing of what else the profile holds. Tags,
priorities and the marks of what is private say more of the person's plans than of the document; they stay at home.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from msgspec.structs import replace

from cvbuild.drafts import Draft
from cvbuild.profile import Record, Value
from cvbuild.profile.plain import Plain, plain
from cvbuild.rendered import Asset, Enclosure, Rendered, Stamp
from cvbuild.source import dump
from cvbuild.version import VERSION

SOURCE = "cv.yaml"
_KEPT_HOME = frozenset({"tags", "priority", "private"})
_FIGURES = 16


def provided(rendered: Rendered, made: Draft, pictures: Mapping[str, Asset]) -> Rendered:
    """Return *rendered* with its stamp and, where the view asks for it, its source."""
    enclosed = tuple(_enclosures(made, pictures)) if made.profile.view.source else ()
    return replace(rendered, stamp=stamp(made, pictures), enclosed=enclosed)


def stamp(made: Draft, pictures: Mapping[str, Asset]) -> Stamp:
    """Return what a file made of the draft *made* says of itself."""
    # Nobody reads this, and YAML takes its time.
    content = sha256(json.dumps(_tree(made), ensure_ascii=False).encode())
    for name, picture in pictures.items():
        content.update(f"\n{name} {sha256(picture.data).hexdigest()}".encode())
    return Stamp(made.variant, str(made.profile.as_of), content.hexdigest()[:_FIGURES], VERSION, theme_of(made))


def theme_of(made: Draft) -> str:
    """Return the theme of the draft *made*, and the engine where the view names one: `brief`, `brief@latex`."""
    own = made.profile.view.style
    engine = own.text("engine") if own else ""
    return f"{made.style.theme}@{engine}" if engine else made.style.theme


def _enclosures(made: Draft, pictures: Mapping[str, Asset]) -> list[Enclosure]:
    """Return the resolved view as a profile that builds to the same file, and the pictures that it names."""
    tree = _tree(made)
    told = "cvbuild build cv.yaml"
    if made.variant:
        # The variant adds nothing to the view but its name.
        tree["variants"] = {made.variant: {}}
        told += f" --variant {made.variant}"
    text = f"# Made by cvbuild {VERSION}; build it again: {told}\n{dump(tree)}"
    profile = Enclosure(SOURCE, text.encode(), "application/yaml", "The profile that this document was made from")
    described = (Enclosure(n, p.data, p.media_type, "A picture of the document") for n, p in pictures.items())
    return [profile, *described]


def _tree(made: Draft) -> dict[str, Plain]:
    profile = made.profile
    shown = replace(
        profile,
        tags=None,
        contacts=tuple(map(_shown, profile.contacts)),
        collections=tuple(replace(c, entries=tuple(map(_shown, c.entries))) for c in profile.collections),
    )
    tree = plain(replace(shown, view=replace(profile.view, pages=None)))
    # What a page budget came to is part of the view; the budget itself has done its work. A theme is one, said or not.
    view = tree.setdefault("view", {})
    assert isinstance(view, dict)
    said = view.get("style")
    own: dict[str, Plain] = {"theme": made.style.theme}
    own |= {name: value for name, value in said.items() if name != "theme"} if isinstance(said, dict) else {}
    if made.options:
        own["options"] = {name: _plain_option(value) for name, value in sorted(made.options.items())}
    view["style"] = own
    return tree


def _plain_option(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _shown(record: Record) -> Record:
    """Return *record*, and those in it, without what stays at home."""
    fields = {name: _value(value) for name, value in record.fields.items() if name not in _KEPT_HOME}
    return Record(record.kind, fields, record.marks, record.mark)


def _value(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(map(_value, value))
    return _shown(value) if isinstance(value, Record) else value
