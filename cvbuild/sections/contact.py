"""Contacts: a row for each, under the word of its kind."""

from __future__ import annotations

from cvbuild.document import Definition, DefinitionList, Span
from cvbuild.profile.contacts import KINDS, shown, target
from cvbuild.sections import extras
from cvbuild.sections.prose import Context, joined, linked, words


def compose(context: Context) -> DefinitionList:
    """Return the contacts in their order; each leads where it says."""
    items = []
    for contact in context.profile.contacts:
        kind, value = contact.text("kind"), contact.text("value")
        word = context.style.words.get(f"contact.{kind}")
        own = contact.text("label") or ("" if word or kind == "other" else kind)
        label = Span("label", words(own)) if own else Span("word", words(word or ""))
        content = linked(words(shown(kind, value)), target(kind, value) or contact.text("url"))
        content = joined((content, extras.line(contact, context)), "; ")
        items.append(Definition((label,), content, kind if kind in KINDS else "other", contact.text("id")))
    for name, content in extras.pairs(context.profile.person.get("extras"), context):
        items.append(Definition((Span("label", words(name)),), content, "other"))
    return DefinitionList("contact", tuple(items))
