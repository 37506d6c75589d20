"""`compose`: a selected profile as a tree of nodes, its parts in the order that the style says.

Loses nothing: every text of the profile stands in the document, fields that no head names among the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cvbuild.document import Block, Document, Header, Image, Inlines, Paragraph, Section, plain
from cvbuild.profile import Collection, Profile, SectionSpec
from cvbuild.profile.identity import identified
from cvbuild.sections import contact, entries, extras, lists, publications
from cvbuild.sections.prose import Context, paragraphs
from cvbuild.style import Style

Composed = tuple[tuple[Block, ...], Inlines]
Composer = Callable[[Collection, SectionSpec, Context], Composed]

# The composer of a type of collection; entries with a head are what the rest are.
COMPOSERS: Mapping[str, Composer] = {
    "publications": publications.compose,
    "skills": lists.skills,
    "languages": lists.languages,
    "interests": lists.interests,
    "metrics": lists.metrics,
    "text": lists.text,
    "other": extras.compose,
}


def compose(profile: Profile, style: Style) -> Document:
    """Return the document of a selected *profile*, sections in the order of its view."""
    profile = identified(profile)
    context = Context(profile, style)
    blocks: list[Block] = []
    in_header = True
    for spec in profile.view.sections or ():
        if spec.name == "contact":
            in_header = False
            blocks.append(_section("contact", spec, ((contact.compose(context),), ()), context))
            continue
        collection = profile.collection(spec.name)
        if collection and collection.entries:
            composer = COMPOSERS.get(collection.type, entries.compose)
            blocks.append(_section(collection.type, spec, composer(collection, spec, context), context))
    name = context.prose(profile.person.text("name"))
    has_contacts = profile.contacts or any(extras.pairs(profile.person.get("extras"), context))
    photo = profile.person.text("photo")
    header = Header(
        name=name,
        headline=context.prose(profile.person.text("headline")),
        contacts=contact.compose(context) if in_header and has_contacts else None,
        photo=Image(photo, plain(name)) if photo else None,
    )
    return Document(header, tuple(blocks), profile.language, plain(name), plain(name))


def _section(kind: str, spec: SectionSpec, composed: Composed, context: Context) -> Section:
    blocks, note = composed
    intro: tuple[Block, ...] = tuple(
        Paragraph(paragraph.content, "intro") for paragraph in paragraphs(spec.options.text("intro"), context)
    )
    return Section(kind, title(kind, spec, context), (*intro, *blocks), note, id=spec.name)


def title(kind: str, spec: SectionSpec, context: Context) -> Inlines:
    """Return the section's own title, else the language's for its name or type, else its name as words."""
    own = spec.options.text("title")
    words = context.style.words
    found = words.get(f"section.{spec.name}") or (words.get(f"section.{kind}") if spec.name == kind else None)
    return context.prose(own or found or spec.name.replace("_", " ").replace("-", " ").capitalize())
