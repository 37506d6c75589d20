"""Contacts: a row for each, under the word of its kind."""

from __future__ import annotations

from cvbuild.document import Definition, DefinitionList
from cvbuild.profile.contacts import shown, target
from cvbuild.sections.prose import Context, linked, words


def compose(context: Context) -> DefinitionList:
    """Return the contacts in their order; each leads where it says."""
    items = []
    for contact in context.profile.contacts:
        kind, value = contact.text("kind"), contact.text("value")
        label = contact.text("label") or context.style.words.get(f"contact.{kind}") or kind
        content = linked(words(shown(kind, value)), target(kind, value))
        items.append(Definition(words(label), content, kind, contact.text("id")))
    return DefinitionList("contact", tuple(items))
