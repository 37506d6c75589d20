"""Where a file comes from: the stamp that each PDF bears, and the source that it carries where that is asked for.

The source is one view, resolved: what the document shows and how, and nothing of what else the profile holds. Tags,
priorities and the marks of what is private say more of the person's plans than of the document; they stay at home.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from cvbuild.drafts import Draft
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
    content = sha256(dump(_tree(made)).encode())
    for name, picture in pictures.items():
        content.update(f"\n{name} {sha256(picture.data).hexdigest()}".encode())
    return Stamp(made.variant, str(made.profile.as_of), content.hexdigest()[:_FIGURES], VERSION)


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
    tree = _public(plain(made.profile))
    assert isinstance(tree, dict)
    return tree


def _public(tree: Plain) -> Plain:
    """Return *tree* without what stays at home."""
    if isinstance(tree, dict):
        return {name: _public(value) for name, value in tree.items() if name not in _KEPT_HOME}
    return [_public(item) for item in tree] if isinstance(tree, list) else tree
