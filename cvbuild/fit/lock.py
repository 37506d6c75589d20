"""Locks: a choice that was made once, kept beside the profile, so that every machine makes the same.

`NAME.fit/VARIANT.yaml` beside `NAME.yaml` says which options are tightened and what is left out, by identity, and by a
digest what it was made for: the whole document before anything was left out, its theme, paper and budget. It says
nothing of fonts and engines, which may differ from machine to machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from cvbuild import source
from cvbuild.artifact import Fit
from cvbuild.drafts import Draft
from cvbuild.errors import Mark, Problem, ProfileError, VariantError
from cvbuild.schema import ListOf, Raw, Reading, Record, RecordOf, Word, read
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Scalar
from cvbuild.writers import native

_LOCK = RecordOf("lock", {"for": Word(), "tighten": Raw(), "drop": ListOf(Word())}, ("for",))
_HEAD = "# Written by `cvbuild build --lock`: what of this view goes so that it fits its pages.\n"


class Lock(Struct, frozen=True):
    """A choice: the values of options that are tightened, what is left out, and the digest of what it is for."""

    file: str
    digest: str
    tightened: Mapping[str, str]
    dropped: tuple[str, ...]


def path(profile: str, variant: str) -> Path:
    """Return where the lock of a variant of the profile in the file *profile* is kept."""
    file = Path(profile)
    return file.parent / f"{file.stem}.fit" / f"{variant or 'view'}.yaml"


def digest(made: Draft) -> str:
    """Return a digest of all that a choice depends on and a person has said: the document, its look, its pages."""
    options = sorted((name, str(value)) for name, value in made.options.items())
    look = made.theme.name, made.style.paper, repr(options)
    parts = [native.write(made.document), *look, repr(made.profile.view.pages)]
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def text(fit: Fit) -> str:
    """Return *fit* as the file of a lock."""
    tree: dict[str, object] = {"for": fit.digest}
    if fit.tightened:
        tree["tighten"] = {name: after for name, _, after in fit.tightened}
    if fit.dropped:
        tree["drop"] = [one.id for one in fit.dropped]
    return _HEAD + source.dump(tree)


def load(profile: str, variant: str) -> Lock:
    """Return the lock of a variant. Raises `VariantError` where there is none, or none that can be read."""
    place = path(profile, variant)
    try:
        node = source.parse(source.decode(place.read_bytes(), str(place)), str(place))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise VariantError(Problem(Mark(str(place)), "", f"no lock: {reason}", "build once with --lock")) from None
    except ProfileError as error:
        raise VariantError(*error.problems) from None
    reading = Reading()
    record = read(_LOCK, node, "", reading)
    if reading.problems or not isinstance(record, Record):
        raise VariantError(*reading.problems or [Problem(Mark(str(place)), "", "the file is empty")])
    steps = record.get("tighten")
    items = steps.items if isinstance(steps, MappingNode) else ()
    tightened = {key.text: item.text for key, item in items if isinstance(item, Scalar)}
    return Lock(str(place), record.text("for"), tightened, record.texts("drop"))
