"""Numbers: the label of each entry in a section that is numbered."""

from __future__ import annotations

from cvbuild.profile import SectionSpec
from cvbuild.sections.prose import Context


def labels(count: int, spec: SectionSpec, context: Context) -> list[str]:
    """Return the labels of *count* entries as they are printed, such as `[1]`: '' where the section has no numbers."""
    order = spec.options.text("number")
    if not order:
        return [""] * count
    first = 1 + (_numbered_before(spec, context) if order == "continue" else 0)
    numbers = range(first, first + count)
    return [f"[{number}]" for number in (reversed(numbers) if order == "descending" else numbers)]


def _numbered_before(spec: SectionSpec, context: Context) -> int:
    """Return the highest number of the nearest numbered section before *spec*."""
    last = 0
    for other in context.profile.view.sections or ():
        if other.name == spec.name:
            break
        collection = context.profile.collection(other.name)
        order = other.options.text("number")
        if collection and order:
            last = len(collection.entries) + (last if order == "continue" else 0)
    return last
