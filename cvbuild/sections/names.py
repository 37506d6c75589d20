"""Lists of people: authors and inventors, the person's own name among them."""

from __future__ import annotations

from cvbuild import locale
from cvbuild.document import Inlines, Span, Strong
from cvbuild.profile.authors import ME, Author, parse
from cvbuild.sections.prose import Context, words

_LONGEST_NAME = 40


def names(texts: tuple[str, ...], context: Context) -> Inlines:
    """Return the people that *texts* write as the style lists authors: `A, M. Seo†, and B`."""
    if not texts:
        return ()
    people = [parse(text, ()) for text in texts]
    comma = locale.comma([person.name for person in people if not person.truncation and person.name != ME])
    separators = list(locale.join_separators(len(people), context.style.author_join, context.style.language, comma))
    if len(people) > 1 and people[-1].truncation:
        separators = [*[comma] * (len(people) - 2), _before_et_al(people[-2], context)]
    said = (
        (*words(before), *_person(person, context)) for person, before in zip(people, ["", *separators], strict=True)
    )
    return tuple(inline for part in said for inline in part)


def _before_et_al(last: Author, context: Context) -> str:
    """Return what stands between the *last* of the people and the word for those who are not named."""
    if context.style.language.startswith(("ja", "zh")):
        return "" if locale.is_unspaced(last.name) else " "
    # In Korean 외 clings to the name before it.
    return " " if context.style.language.startswith("ko") else ", "


def _person(author: Author, context: Context) -> Inlines:
    if author.truncation:
        return words(context.style.word("et_al"))
    marks: Inlines = (Span("mark", words(author.marks)),) if author.marks else ()
    if author.name == ME:
        own = context.prose(context.profile.person.texts("cite_as")[0])
        return (Span("me", (Strong((*own, *marks)),)),)
    name = (*context.prose(author.name), *marks)
    # Themes keep a person on one line; a name that would not fit there is none of theirs.
    return (Span("person", name),) if len(author.name) <= _LONGEST_NAME else name
