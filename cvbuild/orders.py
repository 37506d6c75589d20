"""Many artifacts: ordered, made by whichever executor there is, near or far, and handed back in their order."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from cvbuild import pipeline
from cvbuild.artifact import Artifact
from cvbuild.drafts import Place
from cvbuild.errors import CvError, EngineError, Mark, Problem
from cvbuild.reader import Source
from cvbuild.source import Scalar
from cvbuild.view import Overrides, resolve

if TYPE_CHECKING:
    from cvbuild.fit import Lock

# A view with a page budget is set several times.
_BUDGET = 4


class Order(Struct, frozen=True):
    """One artifact to be made, with all that it takes: what `pipeline.build` is given."""

    source: Source
    variant: str
    format: str
    overrides: Overrides
    place: Place
    lock: Lock | None = None

    def weight(self) -> int:
        """Return about how long it takes, compared with others."""
        entries = sum(len(collection.entries) for collection in self.source.profile.collections)
        try:
            pages = resolve(self.source.profile, self.variant, self.overrides).pages
        except CvError:
            return 0
        return (entries + 1) * (_BUDGET if pages else 1)


class Outcome(Struct, frozen=True):
    """What came of an order, and in how many seconds of wall time."""

    made: Artifact | CvError
    seconds: float = 0.0


class Parcel(Struct, frozen=True):
    """An order for another machine, but for what it shares with others; see `shared`.

    `files` are those that it names, by their paths from the profile's folder.
    """

    variant: str
    format: str
    overrides: Overrides
    place: Place
    lock: Lock | None
    files: Mapping[str, bytes] = field(default_factory=dict)


def _itself(value: object) -> object:
    return value


def build_all(
    orders: Sequence[Order],
    executor: Executor,
    lost: tuple[type[Exception], ...] = (),
    *,
    afar: bool = False,
    share: Callable[[object], object] = _itself,
) -> Iterator[Outcome]:
    """Yield what comes of each of *orders*, in their order; those that take longest are begun first.

    Whoever runs *executor* retries as it likes; what it raises of the kinds *lost*, or that it is broken, counts as the
    failure of one document. *afar*: its workers may be on other machines, and are sent all by content; of what several
    orders have they are sent what *share* makes of it, once, and have to get the thing itself.
    """
    gone: tuple[type[Exception], ...] = (BrokenExecutor, *lost)
    waiting: dict[int, Future[Outcome]] = {}
    freight = _Freight(share, Counter(id(order.source) for order in orders))
    for number in sorted(range(len(orders)), key=lambda number: -orders[number].weight()):
        order = orders[number]
        try:
            if afar:
                waiting[number] = executor.submit(delivered, parcel(order), *freight.of(order))
            else:
                waiting[number] = executor.submit(made, order)
        except CvError as error:
            waiting[number] = Future()
            waiting[number].set_result(Outcome(error))
    for number, order in enumerate(orders):
        try:
            yield waiting.pop(number).result()
        except gone as error:
            mark = Mark(order.source.profile.file)
            said = ": ".join([type(error).__name__, *str(error).splitlines()[:1]])[:200]
            yield Outcome(EngineError(Problem(mark, order.variant, f"it could not be built there: {said}")))


def made(order: Order) -> Outcome:
    """Return what comes of *order* here."""
    started = time.perf_counter()
    try:
        found: Artifact | CvError = pipeline.build(
            order.source, order.variant, order.format, order.overrides, order.place, order.lock
        )
    except CvError as error:
        found = error
    return Outcome(found, time.perf_counter() - started)


def parcel(order: Order) -> Parcel:
    """Return *order* with the files that it names. Raises `EngineError` for a file that cannot be read."""
    folder = Path(order.source.profile.file).parent
    with _readable(order):
        files = dict(found for name in _named(order) for found in _read(folder / name, folder))
    return Parcel(order.variant, order.format, order.overrides, order.place, order.lock, files)


Tree = Mapping[str, bytes]


def shared(order: Order, trees: dict[Path, Tree] | None = None) -> tuple[Source, *tuple[Tree, ...]]:
    """Return the source of *order*, and the places where its themes are looked for, each with all of its files.

    *trees* remembers those. Raises what `parcel` does.
    """
    trees = {} if trees is None else trees
    with _readable(order):
        for place in order.place.themes:
            if place not in trees:
                trees[place] = dict(_read(place, place))
    return order.source, *(trees[place] for place in order.place.themes)


class _Freight(Struct):
    """What has been shared: what stands for it, by what it is. A source that one order has goes as it is."""

    share: Callable[[object], object]
    sources: Mapping[int, int]
    trees: dict[Path, Tree] = field(default_factory=dict)
    known: dict[int, object] = field(default_factory=dict)

    def of(self, order: Order) -> Iterator[Any]:
        for value in shared(order, self.trees):
            if self.sources.get(id(value)) == 1 or not value:
                yield value
                continue
            if id(value) not in self.known:
                self.known[id(value)] = self.share(value)
            yield self.known[id(value)]


@contextmanager
def _readable(order: Order) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise EngineError(Problem(Mark(order.source.profile.file), "", f"cannot be sent: {error}")) from None


def _named(order: Order) -> Iterator[str]:
    """Yield what may be the name of a picture or a font: all that stands where one may stand."""
    profile = order.source.profile
    views = (profile.view, *profile.variants.values())
    named = [profile.person.text("photo"), *(entry.text("logo") for c in profile.collections for entry in c.entries)]
    styles = [style for style in (*(view.style for view in views), order.overrides.style) if style]
    named += [font for style in styles for font in style.texts("fonts")]
    values = [value for view in views for _, value in view.set] + [value for _, value in order.overrides.set]
    yield from dict.fromkeys(filter(None, [*named, *(value.text for value in values if isinstance(value, Scalar))]))


def _read(path: Path, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the file at *path*, or all files below it, by their paths from *folder*, in which they have to lie."""
    for found in _all(path):
        if not found.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"'{found}' lies outside '{folder}'")
        yield os.path.relpath(found, folder), found.read_bytes()


def _all(path: Path) -> list[Path]:
    """Return *path*, or, where it is a folder, all files below."""
    try:
        if path.is_dir():
            return sorted(found for found in path.rglob("*") if found.is_file())
        return [path] if path.is_file() else []
    except (OSError, ValueError):
        # A text that is no name of a file.
        return []


def delivered(sent: Parcel, source: Source, *themes: Tree) -> Outcome:
    """Return what comes of *sent*, with what it shares; it is unpacked into a folder that goes again."""
    profile = source.profile
    with tempfile.TemporaryDirectory(prefix="cvbuild-") as name:
        own, folder = Path(name) / "own", Path(profile.file).parent
        places = tuple(Path(name) / f"themes-{number}" for number in range(len(themes)))
        for place, files in zip((own, *places), (sent.files, *themes), strict=True):
            _unpack(files, place)
        here = replace(source, profile=replace(profile, file=str(own / Path(profile.file).name)))
        where = replace(sent.place, cache=_cache(), themes=places, kept=None)
        outcome = made(Order(here, sent.variant, sent.format, sent.overrides, where, sent.lock))
        names = {str(own): str(folder), **dict(zip(map(str, places), map(str, sent.place.themes), strict=True))}
    return replace(outcome, made=_renamed(outcome.made, names))


def _unpack(files: Mapping[str, bytes], place: Path) -> None:
    place.mkdir()
    for name, data in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@cache
def _cache() -> Path:
    """Return a folder for what builds leave for later ones; it goes with this process, and is nobody else's."""
    folder = tempfile.mkdtemp(prefix="cvbuild-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _renamed(made: Artifact | CvError, names: Mapping[str, str]) -> Artifact | CvError:
    """Return *made*, whose problems call files by the *names* that they have at home."""

    def told(text: str) -> str:
        for here, home in names.items():
            text = text.replace(f"{here}/", "" if home == "." else f"{home}/").replace(here, home)
        return text

    def problem(one: Problem) -> Problem:
        mark = replace(one.mark, file=told(one.mark.file))
        return replace(one, mark=mark, message=told(one.message), hint=told(one.hint))

    if isinstance(made, CvError):
        return type(made)(*map(problem, made.problems), log=told(made.log))
    return replace(made, warnings=tuple(map(problem, made.warnings)))
