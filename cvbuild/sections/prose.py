"""What every composer needs: texts as inlines, lists of them, dates and periods, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from cvbuild import locale, markup
from cvbuild.dates import PartialDate, Term
from cvbuild.document import Inlines, Link, Paragraph, Span, Text, plain, walk
from cvbuild.profile import Profile, Record
from cvbuild.profile.identity import SEPARATOR
from cvbuild.style import Style


class Context(Struct, frozen=True):
    """The selected profile and the style that a composer works with."""

    profile: Profile
    style: Style

    def prose(self, text: str) -> Inlines:
        """Return *text*, written in the Markdown subset, as inlines with the language's quotes."""
        return markup.parse(text, language=self.style.language) if text else ()

    def venue(self, record: Record) -> Inlines:
        """Return the venue of *record*: one of `venues`, as `Name (SHORT)` with its link, or its own words."""
        text = record.text("venue")
        known = self.profile.venues.get(text)
        if not known:
            return self.prose(text)
        short = known.text("short")
        name = self.prose(known.text("name")) + (wrapped(self.prose(short), " (", ")") if short else ())
        return linked(name, known.text("url"))

    def status(self, status: str) -> str:
        """Return the words for a work's *status* where they stand alone."""
        word = self.style.words
        return word.get(f"{status}_alone") or word[status.replace(" ", "_")]


def ids(records: Iterable[Record]) -> str:
    """Return the id of a node that several *records* became."""
    return SEPARATOR.join(record.text("id") for record in records)


def words(text: str) -> Inlines:
    """Return *text* that is no markup as inlines."""
    return (Text(text),) if text else ()


def wrapped(content: Inlines, before: str, after: str) -> Inlines:
    return (*words(before), *content, *words(after))


def joined(items: Iterable[Inlines], separator: str) -> Inlines:
    """Return the non-empty *items* with *separator* between them."""
    kept = [item for item in items if item]
    return tuple(inline for i, item in enumerate(kept) for inline in (*(words(separator) if i else ()), *item))


def enumerated(items: Iterable[Inlines]) -> Inlines:
    """Return the non-empty *items* with commas between them."""
    kept = [item for item in items if item]
    return joined(kept, locale.comma([plain(item) for item in kept]))


def listed(items: Sequence[Inlines], style: locale.JoinStyle, language: str) -> Inlines:
    """Return *items* as a list in prose: `A, B, and C`."""
    comma = locale.comma([plain(item) for item in items])
    separators = ("", *locale.join_separators(len(items), style, language, comma))
    return tuple(i for before, item in zip(separators, items, strict=False) for i in (*words(before), *item))


def ends_sentence(content: Inlines) -> bool:
    """Tell whether *content* ends with a mark that ends a sentence, closing quotes aside."""
    return re.search(r"[.?!…。]['\"’”»“)]*$", plain(content)) is not None


def sentence(content: Inlines) -> Inlines:
    """Return *content* with a full stop, unless it ends with one or is empty."""
    return content if not content or ends_sentence(content) else (*content, Text("."))


def paragraphs(text: str, context: Context, kind: str = "text") -> tuple[Paragraph, ...]:
    """Return the paragraphs of *text*, which blank lines part."""
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return tuple(Paragraph(context.prose(part), kind) for part in parts if part)


def linked(content: Inlines, url: str) -> Inlines:
    """Return *content* leading to *url*; where it has links of its own, the address stands behind it."""
    if not url or not content:
        return content
    if any(isinstance(node, Link) for inline in content for node in walk(inline)):
        return (*content, *wrapped((Link(words(url.split("://")[-1]), url),), " (", ")"))
    return (Link(content, url),)


def when(record: Record, context: Context) -> Inlines:
    """Return the date or period of *record* in words; an end that lies ahead is said to be expected."""
    style, day = context.style, context.profile.as_of
    dates = record.items("date")
    if dates:
        said = (locale.format_date(d, style.date_format, style.language) for d in dates if _is_date(d))  # type: ignore[arg-type]
        return joined(((Span("when", words(text)),) for text in said), ", ")
    start, end = record.get("start"), record.get("end")
    if start is None:
        return ()
    ahead = None if end == "present" else end
    if ahead is None and not (isinstance(start, PartialDate | Term) and day and start.first_day > day):
        ahead = style.word("present")
    last = end if isinstance(end, PartialDate | Term) else start
    expected = isinstance(last, PartialDate | Term) and day is not None and _ends(last, end) > day
    text = locale.format_range(start, ahead, style.date_format, style.language)  # type: ignore[arg-type]
    if expected:
        text += f" ({style.word('expected')})"
    return (Span("when", words(text)),)


def _ends(last: PartialDate | Term, end: object) -> date:
    return last.last_day if end is last else last.first_day


def _is_date(value: object) -> bool:
    return isinstance(value, PartialDate | Term | str)
