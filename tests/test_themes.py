"""Themes: what a theme.yaml may say, what its templates may do, and that every theme prints every node."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from typeset import Pdf, draft, mismatch, place, profile

from cvbuild import pipeline, theme
from cvbuild.document import (
    BulletList,
    Citation,
    CitationList,
    Code,
    Definition,
    DefinitionList,
    Document,
    Emph,
    Entry,
    Header,
    Image,
    Inlines,
    LineBreak,
    Link,
    ListItem,
    Logo,
    Math,
    Paragraph,
    Row,
    Section,
    Span,
    Strong,
    Text,
    walk,
)
from cvbuild.engines import weasyprint
from cvbuild.errors import ThemeError, VariantError
from cvbuild.rendered import Asset
from cvbuild.schema import Reading
from cvbuild.source import Scalar
from cvbuild.style import HEADS, Style
from cvbuild.theme import Option, Theme
from cvbuild.writers import html

EVERY = [folder.name for folder in theme.available() if not theme.load(folder.name).abstract]
NAMES = [name for name in EVERY if "weasyprint" in theme.load(name).engines]
ONE_PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\5"
    b"\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def write(folder: Path, name: str, manifest: str = "summary: x\nextends: base\n", **templates: str) -> Path:
    """Write the theme *name* into *folder*, and return its own folder."""
    own = folder / name
    (own / "blocks").mkdir(parents=True)
    (own / "theme.yaml").write_text(manifest)
    for file, text in templates.items():
        (own / file.replace("__", "/")).with_suffix("." + ("css" if file == "style" else "html") + ".j2").write_text(
            text
        )
    return own


def faults(folder: Path, manifest: str) -> list[str]:
    """Return the problems of a theme that says *manifest*, by line and column."""
    write(folder, "mine", manifest)
    with pytest.raises(ThemeError) as caught:
        theme.load("mine", (folder,))
    return [str(problem).removeprefix(f"{folder}/mine/theme.yaml:") for problem in caught.value.problems]


# --- theme.yaml


@pytest.mark.parametrize(
    ("manifest", "problems"),
    [
        ("", ["the file is empty"]),
        ("- x", ["1:1: "]),
        ("extends: base", ["1:1: the field 'summary' is missing"]),
        ("summary: x\nengin: weasyprint", ["2:1: engin: ", "did you mean 'engine'?"]),
        ("summary: x\nengine: lualatex", ["2:9: engine: 'lualatex'"]),
        ("summary: x\nabstract: maybe", ["2:11: abstract: 'maybe'"]),
        ("summary: x\nfonts: [pagela]", ["2:8: fonts: no bundled font 'pagela'", "did you mean 'pagella'?"]),
        ("summary: x\noptions: [a]", ["2:10: options: expected a mapping of names to options"]),
        ("summary: x\noptions:\n  a: {type: color}", ["3:6: options.a: the field 'default' is missing"]),
        ("summary: x\noptions:\n  a: {type: colour, default: x, help: y}", ["3:13: options.a.type: 'colour'"]),
        ("summary: x\noptions:\n  a: {type: color, default: red, help: y}", ["3:29: options.a: the default 'red'"]),
        (
            "summary: x\noptions:\n  a: {type: length, default: 1pt, min: 2pt, max: 3pt, help: y}",
            ["options.a: the default '1pt'; expected a length from 2pt to 3pt"],
        ),
        ("summary: x\noptions:\n  a: {type: length, default: 1pt, min: low, help: y}",
         ["options.a.min: 'low'; expected a length"]),
        ("summary: x\noptions:\n  a: {type: number, default: '1', max: 9pt, help: y}",
         ["options.a.max: '9pt'; expected a number"]),
        ("summary: x\noptions:\n  a: {type: bool, default: 'true', max: '9', help: y}",
         ["options.a.max: '9'; expected none"]),
        ("summary: x\noptions:\n  a: {type: choice, default: b, help: y}", ["options.a: the default 'b'"]),
        ("summary: x\noptions:\n  a: {type: bool, default: 'true', help: y, hlep: z}", ["options.a.hlep: "]),
        ("summary: x\nextends: bas", ["2:10: extends: no theme 'bas'", "did you mean 'base'?"]),
        ("summary: x\nextends: mine", ["2:10: extends: 'mine' extends itself"]),
        ("summary: x\nstyle: {papre: a4}", ["2:9: style.papre: ", "did you mean 'paper'?"]),
        ("summary: x\ntighten: tight", ["2:10: tighten: expected a list of steps", "hint: write a list such as"]),
        ("summary: x\ntighten: [{density: tight}]", ["2:12: tighten.density: no option 'density'"]),
        ("summary: x\noptions:\n  a: {type: bool, default: 'true', help: y}\ntighten: [{a: 'false'}]",
         ["4:12: tighten.a: a bool cannot be tighter; expected a length, a number or a choice"]),
        ("summary: x\noptions:\n  a: {type: length, default: 9pt, min: 8pt, max: 9pt, help: y}\ntighten: [{a: 7pt}]",
         ["4:15: tighten.a: '7pt'; expected a length from 8pt to 9pt"]),
        ("summary: &a x\nextends: *a", ["1:10: ", "2:10: "]),
        ("summary: [", [":"]),
    ],
)  # fmt: skip
def test_each_fault_of_a_theme_is_said_with_its_place(tmp_path: Path, manifest: str, problems: list[str]) -> None:
    said = "\n".join(faults(tmp_path, manifest))

    assert [part for part in problems if part not in said] == []


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    said = "\n".join(faults(tmp_path, "sumary: x\nengine: y\noptions:\n  a: {type: z}"))

    assert [part for part in ("'sumary'", "'y'", "'default' is missing", "'z'") if part not in said] == []


def test_a_circle_of_themes_is_said(tmp_path: Path) -> None:
    write(tmp_path, "a", "summary: x\nextends: b")
    write(tmp_path, "b", "summary: x\nextends: a")

    with pytest.raises(ThemeError, match=r"b/theme\.yaml:2:10: extends: 'a' extends itself"):
        theme.load("a", (tmp_path,))


def test_a_manifest_that_cannot_be_read_is_a_theme_error(tmp_path: Path) -> None:
    own = write(tmp_path, "mine")
    (own / "theme.yaml").write_bytes(b"\xff")

    with pytest.raises(ThemeError, match="UTF-8"):
        theme.load("mine", (tmp_path,))


@pytest.mark.parametrize("name", ["../letterpress", "/etc", "", ".", "Letterpress", "letterpress/blocks"])
def test_a_name_is_a_name_and_no_path(name: str) -> None:
    with pytest.raises(ThemeError, match="no theme"):
        theme.load(name)


def test_the_nearest_name_is_a_hint() -> None:
    with pytest.raises(ThemeError, match="did you mean 'letterpress'"):
        theme.load("leterpress")


def test_a_child_inherits_and_overrides(tmp_path: Path) -> None:
    write(tmp_path, "parent", "summary: p\nextends: base\noptions: {a: {type: bool, default: 'true', help: h}}")
    write(
        tmp_path, "child",
        "summary: c\nextends: parent\nstyle: {paper: letter}\nfonts: [source-sans-3]\n"
        "options: {b: {type: number, default: '1', help: h}}",
        style="p { color: {{ options.b }} }", blocks__paragraph="<p>mine {{ inline(node.content) }}</p>",
    )  # fmt: skip
    child = theme.load("child", (tmp_path,))

    assert list(child.options) == ["photo", "a", "b"]
    assert [folder.name for folder in child.folders] == ["child", "parent", "base"]
    assert [folder.name for folder in child.fonts] == ["source-sans-3"]
    assert (child.summary, child.engines, child.abstract) == ("c", ("weasyprint", "latex"), False)
    assert child.style.text("paper") == "letter"
    page = html.write(EVERYTHING, child, Style(), child.values({}, Reading())).source
    assert "<p>mine One" in page
    assert "<section" in page


def test_a_theme_of_ones_own_beats_a_built_in_one_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, "letterpress", "summary: my own")

    assert theme.load("letterpress", (tmp_path,)).summary == "my own"


def test_fonts_may_lie_in_the_theme(tmp_path: Path) -> None:
    own = write(tmp_path, "mine", "summary: x\nfonts: [local]")
    (own / "fonts" / "local").mkdir(parents=True)

    assert theme.load("mine", (tmp_path,)).fonts == (own / "fonts" / "local",)


@pytest.mark.parametrize(
    ("option", "good", "bad"),
    [
        (Option("o", "color", "#000", ""), ["#fff", "#1F4E79"],
         ["red", "#ffff", "#12345g", "rgb(0,0,0)", "#fff;", "#fff\n"]),
        (Option("o", "length", "1pt", "", "1pt", "1in"), ["1pt", "2.5mm", "1in", "0.5cm", "1em"],
         ["0.9pt", "2in", "1", "1px", "-1pt", "1 pt", "١pt", "1pt}", "1e3pt", "9" * 9 + "pt", ".5pt"]),
        (Option("o", "number", "1", "", "0.5", "2"), ["1", "0.5", "2.0"],
         ["0.4", "3", "1.", "-1", "١", "inf", "nan", "1;"]),
        (Option("o", "bool", "true", ""), ["true", "false"], ["True", "yes", "1", ""]),
        (Option("o", "choice", "a", "", values=("a", "b")), ["a", "b"], ["c", "", "a b"]),
    ],
)  # fmt: skip
def test_an_option_takes_its_values_and_no_others(option: Option, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not option.accepts(text)] == []
    assert [text for text in bad if option.accepts(text)] == []


def test_what_is_said_of_options_is_checked() -> None:
    reading = Reading()
    look = theme.load("letterpress")
    said = {"acent": Scalar("#fff", look.style.mark), "size": Scalar("99pt", look.style.mark)}
    values = look.values(said, reading)

    assert values["size"] == look.options["size"].default
    assert ["did you mean 'accent'?" in str(reading.problems), "expected a length from" in str(reading.problems)] == [
        True
    ] * 2


def test_the_default_of_every_option_is_a_value_of_it() -> None:
    for name in EVERY:
        assert all(option.accepts(option.default) for option in theme.load(name).options.values())


# --- Templates.


def _t(text: str) -> Inlines:
    return (Text(text),)


EVERYTHING = Document(
    Header(
        _t("Ada <Lovelace>"),
        _t("Analyst"),
        DefinitionList(
            "contact", (Definition(_t("E-mail"), (Link(_t("a@example.org"), "mailto:a@example.org"),), "email"),)
        ),
        Image("photo.png", "Ada"),
    ),
    (
        Section(
            "text", _t("Statement"), (Paragraph((Text("One "), Strong(_t("strong")), Text(" "), Emph(_t("emph")))),)
        ),
        Section(
            "experience",
            _t("Experience"),
            tuple(
                Entry(
                    kind,
                    (
                        Row(_t(f"Main {kind}"), (Span("when", _t("2024")),)),
                        Row((Text("Second"), Image("photo.png", ""))),
                    ),
                    (
                        Paragraph(_t("A note."), "note"),
                        Paragraph(_t("A summary."), "summary"),
                        Entry("position", (Row(_t("Position")),)),
                        BulletList((ListItem(_t("Fact")),), "facts"),
                        BulletList(
                            (
                                ListItem(
                                    (Text("High"), LineBreak(), Code("light")), (BulletList((ListItem(_t("Nested")),)),)
                                ),
                            )
                        ),
                    ),
                    f"id-{kind}",
                )
                for kind in HEADS
            ),
        ),
        Section(
            "contact", _t("Contact"), (DefinitionList("contact", (Definition(_t("Phone"), _t("+1 2"), "phone"),)),)
        ),
        *(
            Section(
                kind, _t(kind.capitalize()), (DefinitionList(kind, (Definition(_t("Term"), _t("what"), kind[:-1]),)),)
            )
            for kind in ("skills", "languages", "metrics", "groups")
        ),
        Section(
            "interests", _t("Interests"), (Paragraph(_t("a; b"), "inline"), BulletList((ListItem(_t("c")),), "entries"))
        ),
        Section(
            "publications",
            _t("Publications"),
            (
                Paragraph(_t("Intro."), "intro"),
                Section(
                    "group",
                    _t("2024"),
                    (
                        CitationList(
                            (
                                Citation(
                                    (
                                        Span(
                                            "authors",
                                            (Text("A. B"), Span("mark", _t("†")), Span("me", (Strong(_t("A. L")),))),
                                        ),
                                        Text(" "),
                                        Span("title", (Text("On "), Math("x^2"), Text(" and "), Logo("LaTeX"))),
                                        Text(". "),
                                        Span(
                                            "place",
                                            (Span("venue", (Emph(_t("Venue")),)), Span("badge", (Strong(_t("Best")),))),
                                        ),
                                        Text(" "),
                                        Span("links", (Text("["), Link(_t("Code"), "https://example.org"), Text("]"))),
                                    ),
                                    "[1]",
                                    (Span("subjects", _t("OC")), Span("when", _t("May"))),
                                    (Paragraph(_t("Abstract."), "abstract"),),
                                    "work",
                                ),
                            ),
                            True,
                        ),
                    ),
                    level=2,
                ),
                Section("group", (), (CitationList((Citation(_t("Plain.")),)),), level=2),
            ),
            _t("† equal"),
        ),
    ),
    "en",
    "Ada <Lovelace>",
    "Ada <Lovelace>",
)
ASSETS = {"photo.png": Asset(ONE_PIXEL, "image/png")}


@pytest.mark.parametrize("name", NAMES)
def test_every_theme_prints_every_node_in_order(name: str) -> None:
    look = theme.load(name)
    page = html.write(EVERYTHING, look, Style(), look.values({}, Reading()), ASSETS).source
    body = re.sub(r"(?s)^.*<body>", "", page)
    text = re.sub(r"<[^>]*>", "", body)
    for reference, char in (("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(reference, char)

    assert mismatch(EVERYTHING, "".join(text.split())) == ""
    assert "<title>Ada &lt;Lovelace&gt;</title>" in page
    assert '<html lang="en">' in page
    assert all(f'data-entry="id-{kind}"' in page for kind in HEADS)


@pytest.mark.pdf
@pytest.mark.parametrize("name", NAMES)
def test_every_theme_sets_every_node_without_complaint(name: str, tmp_path: Path) -> None:
    look = theme.load(name)
    for options in extremes(look):
        compiled = weasyprint.compile(html.write(EVERYTHING, look, Style(), options, ASSETS), tmp_path)
        assert compiled.log == ()


@pytest.mark.pdf
@pytest.mark.parametrize("name", NAMES)
def test_every_theme_tags_headings_and_lists(name: str, tmp_path: Path) -> None:
    look = theme.load(name)
    rendered = html.write(EVERYTHING, look, Style(), look.values({}, Reading()), ASSETS)
    made = Pdf(weasyprint.compile(rendered, tmp_path).data, SimpleNamespace())  # type: ignore[arg-type]
    kinds = [kind for _, kind in made.tags()]

    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == len(EVERYTHING.blocks)
    assert kinds.count("/H3") == 1
    assert kinds.count("/LI") >= sum(isinstance(node, ListItem | Definition) for node in walk(EVERYTHING))


def extremes(look: Theme) -> list[dict[str, str | bool]]:
    """Return the theme's options at their defaults, their lowest and their highest."""
    defaults = look.values({}, Reading())
    ends: dict[str, Sequence[str | bool]] = {}
    for name, option in look.options.items():
        ends[name] = {"bool": (False, True), "choice": option.values}.get(option.type, (option.low, option.high))
    low = {name: values[0] for name, values in ends.items() if values[0] != ""}
    high = {name: values[-1] for name, values in ends.items() if values[-1] != ""}
    return [defaults, defaults | low, defaults | high]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("ok\n{{ nothing }}", r"paragraph\.html\.j2:2:1: theme 'mine': 'nothing' is undefined"),
        ("ok\n\n{% if %}", r"paragraph\.html\.j2:3:1: theme 'mine': Expected an expression"),
        ("{% include 'no.html' %}", r"paragraph\.html\.j2:1:1: theme 'mine': no template 'no.html'"),
        ("{{ node.nothing }}", "has no attribute 'nothing'"),
        ("{{ 1 / 0 }}", r"paragraph\.html\.j2:1:1: theme 'mine': division by zero"),
        ("{{ '{}{}'.format(1) }}", "out of range"),
        ("{{ block(node) }}", r"paragraph\.html\.j2:1:1: .*recursion"),
        ("{{ block(3) }}", "no template 'blocks/int.html.j2'"),
        ("{{ inline(3) }}", "not iterable"),
        ("{% if 1 %}" * 120 + "{% endif %}" * 120, "theme 'mine': "),
    ],
)
def test_a_broken_template_is_a_theme_error_at_its_line(tmp_path: Path, template: str, said: str) -> None:
    write(tmp_path, "mine", blocks__paragraph=template)

    with pytest.raises(ThemeError, match=said):
        _render(tmp_path)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [("summary: x\nextends: base\n", "no template 'style.css.j2'"), ("summary: x\n", "no template")],
)
def test_a_missing_template_is_a_theme_error(tmp_path: Path, manifest: str, said: str) -> None:
    write(tmp_path, "mine", manifest)
    (tmp_path / "mine" / "style.css.j2").unlink(missing_ok=True)

    with pytest.raises(ThemeError, match=said):
        _render(tmp_path, css=False)


def test_a_template_that_is_not_utf_8_is_a_theme_error(tmp_path: Path) -> None:
    own = write(tmp_path, "mine")
    (own / "blocks" / "paragraph.html.j2").write_bytes(b"\xff")

    with pytest.raises(ThemeError, match="utf-8"):
        _render(tmp_path)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''|attr('__class__') }}",
        "{{ '{0.__class__}'.format('') }}",
        "{{ '{x.__class__}'.format_map({'x': ''}) }}",
        "{{ '{0.__class__}'|attr('format')('') }}",
        "{{ inline.__globals__ }}",
        "{{ block.__self__ }}",
        "{{ block.__func__.__code__ }}",
        "{{ node.__class__ }}",
        "{{ node.__struct_fields__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ cycler.__init__ }}",
        "{{ lipsum(n=9) }}",
        "{{ joiner() }}",
        "{{ namespace() }}",
        "{{ range(9) }}",
        "{{ dict(a=1) }}",
        "{% set _ = options.update({'a': 1}) %}",
        "{% set _ = options.clear() %}",
        "{% set _ = words.pop('present') %}",
        "{% include '../../../../etc/hostname' %}",
        "{% include '/etc/hostname' %}",
        "{% include 'link.html.j2' %}",
        "{% import 'os' as os %}",
        "{% extends '../theme.yaml' %}",
        "{{ node.content.append(1) }}",
        "{{ ['x'].append('y') }}",
        "{{ config }}{{ request }}{{ environment }}",
        "{% debug %}",
        "{% do 1 %}",
    ],
)
def test_a_template_cannot_get_out(tmp_path: Path, attack: str) -> None:
    own = write(tmp_path, "mine", blocks__paragraph=attack)
    (own / "link.html.j2").symlink_to("/etc/hostname")

    with pytest.raises(ThemeError):
        _render(tmp_path)


def test_what_a_template_makes_of_a_text_is_escaped_again(tmp_path: Path) -> None:
    write(
        tmp_path,
        "mine",
        blocks__header="{{ node.name[0].text }}|{{ node.name[0].text.upper() }}|{{ inline(node.name) ~ '<b>' }}",
    )

    assert "Ada &lt;Lovelace&gt;|ADA &lt;LOVELACE&gt;|Ada &lt;Lovelace&gt;&lt;b&gt;" in _render(tmp_path)


def _render(folder: Path, *, css: bool = True) -> str:
    if css:
        (folder / "mine" / "style.css.j2").write_text("")
    look = theme.load("mine", (folder,))
    return html.write(EVERYTHING, look, Style(words={"present": "Present"}), look.values({}, Reading())).source


def test_two_renderings_are_the_same_bytes() -> None:
    look = theme.load("letterpress")
    values = look.values({}, Reading())

    assert html.write(EVERYTHING, look, Style(), values) == html.write(EVERYTHING, look, Style(), values)


def test_an_abstract_theme_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match="only there to be extended"):
        draft(profile("person: {name: Ada}\nstatement: x\nview: {style: {theme: base}}"), "", place(tmp_path))


def test_options_reach_the_style_sheet_as_values_alone(tmp_path: Path) -> None:
    source = profile('person: {name: Ada}\nstatement: x\nview: {style: {options: {accent: "#123456"}}}')

    assert "#123456" in pipeline.html_page(draft(source, "", place(tmp_path))).source


@pytest.mark.parametrize("value", ["red; } @import url(x); {", "#fff}</style><script>", "url(file:///etc/passwd)"])
def test_an_option_is_no_way_into_the_style_sheet(tmp_path: Path, value: str) -> None:
    source = profile(f'person: {{name: Ada}}\nstatement: x\nview: {{style: {{options: {{accent: "{value}"}}}}}}')

    with pytest.raises(VariantError, match="expected a colour"):
        draft(source, "", place(tmp_path))


# --- what a child adds


def html_of(name: str, folder: Path) -> str:
    look = theme.load(name, (folder,))
    return html.write(EVERYTHING, look, Style(), look.values({}, Reading()), ASSETS).source


def test_what_themes_add_comes_after_the_nearest_style_sheet(tmp_path: Path) -> None:
    for name, parent in (("elder", "letterpress"), ("younger", "elder"), ("own", "younger"), ("last", "own")):
        folder = write(tmp_path, name, f"summary: x\nextends: {parent}\n")
        (folder / "extra.css.j2").write_text(f"/* {name} on {{{{ paper }}}} */")
    younger = html_of("younger", tmp_path)
    assert younger.index("/* elder on a4 */") < younger.index("/* younger on a4 */")
    (tmp_path / "own" / "style.css.j2").write_text("/* sheet */")
    last = html_of("last", tmp_path)
    assert "/* elder" not in last
    assert last.index("/* sheet */") < last.index("/* own on a4 */") < last.index("/* last on a4 */")


def test_a_fault_in_what_a_theme_adds_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, "mine", "summary: x\nextends: letterpress\n")
    (folder / "extra.css.j2").write_text("a {}\nb { color: {{ options.nothing }}; }\n")
    with pytest.raises(ThemeError, match=r"mine/extra\.css\.j2:2:1: "):
        html_of("mine", tmp_path)
