"""Themes: folders of templates with typed options. Nothing here runs a theme's code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from cvbuild import source
from cvbuild.errors import NOWHERE, Mark, Problem, ProfileError, ThemeError, nearest
from cvbuild.profile.variants import STYLE
from cvbuild.schema import Bool, Choice, ListOf, Raw, Reading, Record, RecordOf, Text, Word, read
from cvbuild.shipped import builtin as builtin
from cvbuild.source import Mapping as MappingNode
from cvbuild.source import Scalar, Sequence

FILE = "theme.yaml"
ENGINES = ("weasyprint", "latex")
OPTION = RecordOf(
    "option",
    {
        "type": Choice("color", "length", "number", "choice", "bool"),
        "default": Word(),
        "min": Word(),
        "max": Word(),
        "values": ListOf(Word()),
        "help": Text(),
    },
    ("type", "default", "help"),
)
MANIFEST = RecordOf(
    "theme",
    {
        "extends": Word(),
        "abstract": Bool(),
        "summary": Text(),
        "engine": ListOf(Choice(*ENGINES), single=True),
        "style": STYLE,
        "options": Raw(),
        "tighten": Raw(),
        "fonts": ListOf(Word()),
    },
    ("summary",),
)
_LENGTH = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)(pt|mm|cm|in|em)")
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?")


class Option(Struct, frozen=True):
    """A choice that a theme offers: what may be said, and what holds where nothing is."""

    name: str
    type: str
    default: str
    help: str
    low: str = ""
    high: str = ""
    values: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """Say what a value may be, fit to follow "expected"."""
        bounds = f" from {self.low} to {self.high}" if self.low and self.high else ""
        return {
            "color": "a colour such as #1f4e79",
            "length": f"a length{bounds or ' such as 10pt'}",
            "number": f"a number{bounds}",
            "bool": "true or false",
            "choice": source_list(self.values),
        }[self.type]

    def accepts(self, text: str) -> bool:
        """Tell whether *text* is a value of the option; nothing accepted can be anything but a value in CSS."""
        match self.type:
            case "color":
                return re.fullmatch(r"#(?:[0-9A-Fa-f]{3}){1,2}", text) is not None
            case "length":
                return _LENGTH.fullmatch(text) is not None and self._bounded(text)
            case "number":
                return _NUMBER.fullmatch(text) is not None and self._bounded(text)
            case "bool":
                return text in ("true", "false")
            case _:
                return text in self.values

    def is_tighter(self, text: str, than: str) -> bool:
        """Tell whether the value *text* of the option takes less room than another one."""
        if self.type == "choice":
            return self.values.index(text) > self.values.index(than)
        return _points(text) < _points(than)

    def _bounded(self, text: str) -> bool:
        low, value, high = (_points(part) for part in (self.low or text, text, self.high or text))
        return low <= value <= high


def source_list(values: tuple[str, ...]) -> str:
    return f"one of {', '.join(values)}"


def _points(text: str) -> float:
    match = _LENGTH.fullmatch(text)
    if not match:
        return float(text)
    scale = {"pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "em": 10.0}[match[2]]
    return float(match[1]) * scale


class Theme(Struct, frozen=True):
    """A theme with what it inherits. `folders` lead from the theme to its eldest ancestor.

    `engines` are those that it has a look for, first the one to take where nobody says which. `tighten` are the steps
    by which it makes room, each the values that options then have.
    """

    name: str
    summary: str
    engines: tuple[str, ...]
    folders: tuple[Path, ...]
    options: Mapping[str, Option] = field(default_factory=dict)
    style: Record = field(default_factory=lambda: Record("style", {}))
    fonts: tuple[Path, ...] = ()
    abstract: bool = False
    tighten: tuple[Mapping[str, str], ...] = ()

    def values(self, said: Mapping[str, Scalar], reading: Reading) -> dict[str, str | bool]:
        """Return the value of every option, having reported those in *said* that the theme does not take."""
        found: dict[str, str | bool] = {name: _value(o, o.default) for name, o in self.options.items()}
        for name, scalar in said.items():
            option = self.options.get(name)
            where = f"style.options.{name}"
            if option is None:
                # On the command line an option may stand without `options.`, so a key of the style may be meant.
                hint = nearest(name, self.options) or (nearest(name, STYLE.fields) if not scalar.mark.line else "")
                hint = hint or f"known: {', '.join(self.options) or 'none'}"
                reading.fail(scalar.mark, where, f"the theme '{self.name}' has no option '{name}'", hint)
            elif not option.accepts(scalar.text):
                reading.fail(scalar.mark, where, f"'{scalar.text}'; expected {option.expected}")
            else:
                found[name] = _value(option, scalar.text)
        return found

    @property
    def is_builtin(self) -> bool:
        """Tell whether all of the theme comes with cvbuild."""
        return all(folder.resolve().is_relative_to(builtin().resolve()) for folder in self.folders)

    def file(self, name: str) -> Path | None:
        """Return the theme's own file *name*, or the nearest ancestor's."""
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)


def _value(option: Option, text: str) -> str | bool:
    return text == "true" if option.type == "bool" else text


def available(places: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Yield the folder of each theme in *places* and among the built-in ones, by name; the first of a name wins."""
    folders = (folder for place in (*places, builtin()) if place.is_dir() for folder in place.iterdir())
    found: dict[str, Path] = {}
    for folder in folders:
        if (folder / FILE).is_file():
            found.setdefault(folder.name, folder)
    yield from (found[name] for name in sorted(found))


def load(name: str, places: tuple[Path, ...] = (), mark: Mark = NOWHERE) -> Theme:
    """Return the theme *name*, looked for in *places* and then among the built-in ones.

    Raises `ThemeError` at *mark* where there is none, and at its own place for every fault of a theme.
    """
    folders = {folder.name: folder for folder in available(places)}
    if name not in folders:
        hint = nearest(name, folders) or f"known: {', '.join(folders)}"
        raise ThemeError(Problem(mark, "style.theme", f"no theme '{name}'", hint))
    lineage: list[tuple[Path, Record]] = []
    reading = Reading()
    parent, mark = name, NOWHERE
    while parent:
        if parent not in folders:
            raise ThemeError(Problem(mark, "extends", f"no theme '{parent}'", nearest(parent, folders)))
        if any(folder.name == parent for folder, _ in lineage):
            raise ThemeError(Problem(mark, "extends", f"'{parent}' extends itself"))
        manifest = _manifest(folders[parent], reading)
        lineage.append((folders[parent], manifest))
        parent, mark = manifest.text("extends"), manifest.mark_of("extends")
    return _theme(name, lineage, reading)


def _manifest(folder: Path, reading: Reading) -> Record:
    path = folder / FILE
    try:
        node = source.parse(source.decode(path.read_bytes(), str(path)), str(path))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ThemeError(Problem(Mark(str(path)), "", f"cannot be read: {reason}")) from None
    except ProfileError as error:
        raise ThemeError(*error.problems) from None
    record = read(MANIFEST, node, "", reading)
    if isinstance(record, Record):
        return record
    if not reading.problems:
        reading.fail(Mark(str(path)), "", "the file is empty; expected a mapping with 'summary'")
    raise ThemeError(*reading.problems)


def _theme(name: str, lineage: list[tuple[Path, Record]], reading: Reading) -> Theme:
    """Return the theme of a *lineage*, eldest last. Raises `ThemeError` with all that *reading* and it have found."""
    options: dict[str, Option] = {}
    style: dict[str, object] = {}
    fonts: tuple[Path, ...] = ()
    steps: tuple[Mapping[str, str], ...] = ()
    for folder, manifest in reversed(lineage):
        options |= _options(manifest, reading)
        steps = _steps(manifest, options, reading) or steps
        own = manifest.get("style")
        style |= own.fields if isinstance(own, Record) else {}
        fonts = tuple(_font(folder, text, manifest, reading) for text in manifest.texts("fonts")) or fonts
    if reading.problems:
        raise ThemeError(*reading.problems)
    engines = next((m.texts("engine") for _, m in lineage if m.texts("engine")), ENGINES[:1])
    first = lineage[0][1]
    return Theme(
        name=name,
        summary=first.text("summary"),
        engines=engines,
        folders=tuple(folder for folder, _ in lineage),
        options=options,
        style=Record("style", style, {}, first.mark),  # type: ignore[arg-type]
        fonts=fonts,
        abstract=first.flag("abstract"),
        tighten=steps,
    )


def _font(folder: Path, text: str, manifest: Record, reading: Reading) -> Path:
    """Return the folder of the font family *text*: beside the theme, or one of the bundled ones."""
    for place in (folder / "fonts" / text, builtin() / "fonts" / text):
        if place.is_dir():
            return place
    known = [path.name for path in (builtin() / "fonts").iterdir() if path.is_dir()]
    reading.fail(manifest.mark_of("fonts"), "fonts", f"no bundled font '{text}'", nearest(text, known))
    return folder


def _options(manifest: Record, reading: Reading) -> dict[str, Option]:
    node = manifest.get("options")
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        reading.fail(manifest.mark_of("options"), "options", "expected a mapping of names to options")
        return {}
    found = {}
    for key, item in node.items:
        record = read(OPTION, item, f"options.{key.text}", reading)
        if isinstance(record, Record) and {"type", "default"} <= record.fields.keys():
            found[key.text] = _option(key.text, record, reading)
    return found


def _option(name: str, record: Record, reading: Reading) -> Option:
    """Return the option that *record* says, having reported bounds and a default that are not its values."""
    bare = Option(name, record.text("type"), record.text("default"), record.text("help"), values=record.texts("values"))
    option = replace(bare, low=record.text("min"), high=record.text("max"))
    right = bare.expected if option.type in ("length", "number") else "none: only lengths and numbers have bounds"
    for field_name, bound in (("min", option.low), ("max", option.high)):
        if bound and (option.type not in ("length", "number") or not bare.accepts(bound)):
            reading.fail(record.mark_of(field_name), f"options.{name}.{field_name}", f"'{bound}'; expected {right}")
            return bare
    if not option.accepts(option.default):
        message = f"the default '{option.default}'; expected {option.expected}"
        reading.fail(record.mark_of("default"), f"options.{name}", message)
    return option


# What can be tighter: of lengths and numbers what is less, of choices what stands further back.
TIGHTENED = ("length", "number", "choice")


def _steps(manifest: Record, options: Mapping[str, Option], reading: Reading) -> tuple[Mapping[str, str], ...]:
    """Return the steps under `tighten`, having reported what in them is no option or no value of one."""
    node = manifest.get("tighten")
    if node is None:
        return ()
    steps = node.items if isinstance(node, Sequence) else ()
    if not steps or not all(isinstance(step, MappingNode) for step in steps):
        mark, hint = manifest.mark_of("tighten"), "write a list such as [{density: tight}, {size: 9pt}]"
        reading.fail(mark, "tighten", "expected a list of steps, each a mapping of options to values", hint)
        return ()
    return tuple(_step(step, options, reading) for step in steps if isinstance(step, MappingNode))


def _step(step: MappingNode, options: Mapping[str, Option], reading: Reading) -> Mapping[str, str]:
    found = {}
    for key, item in step.items:
        option, where = options.get(key.text), f"tighten.{key.text}"
        text = item.text if isinstance(item, Scalar) else ""
        if option is None:
            reading.fail(key.mark, where, f"no option '{key.text}'", nearest(key.text, options))
        elif option.type not in TIGHTENED:
            reading.fail(key.mark, where, f"a {option.type} cannot be tighter; expected a length, a number or a choice")
        elif not option.accepts(text):
            reading.fail(item.mark, where, f"'{text}'; expected {option.expected}")
        else:
            found[key.text] = text
    return found
