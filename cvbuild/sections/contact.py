"""Contacts: a row for each, under the word of its kind."""

from __future__ import annotations

from cvbuild.document import Definition, DefinitionList, Span
from cvbuild.profile.contacts import KINDS, shown, target
from cvbuild.sections.prose import Context, linked, words


def compose(context: Context) -> DefinitionList:
    """Return the contacts in their order; each leads where it says."""
    items = []
    for contact in context.profile.contacts:
        kind, value = contact.text("kind"), contact.text("value")
        word = context.style.words.get(f"contact.{kind}")
        own = contact.text("label") or ("" if word else kind)
        label = Span("label", words(own)) if own else Span("word", words(word or ""))
        content = linked(words(shown(kind, value)), target(kind, value))
        items.append(Definition((label,), content, kind if kind in KINDS else "other", contact.text("id")))
    return DefinitionList("contact", tuple(items))
