"""What the command line understands."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, NoReturn

from cvbuild.cli import options
from cvbuild.cli.examples import EXAMPLES
from cvbuild.errors import nearest
from cvbuild.version import VERSION

EXIT_CODES = """\
exit status: 0 done · 2 wrong usage · 3 wrong input (profile or variant) · 4 theme · 5 engine missing or failed ·
6 a limit was reached · 7 the output cannot be written · 8 a check found something · 130 interrupted ·
1 a bug in cvbuild"""


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, and what may have been meant."""

    def error(self, message: str) -> NoReturn:
        unknown = re.search(r"(?:unrecognized arguments:|invalid choice:) '?(--)?([^\s'=]+)", message)
        options = bool(unknown and unknown[1])
        known = (word for word in _words(self) if word.startswith("--") == options)
        hint = nearest((unknown[1] or "") + unknown[2], known) if unknown else ""
        lines = [f"{self.prog}: {message}"] + ([f"  hint: {hint}"] if hint else [])
        lines.append(f"  see '{self.prog} --help'")
        self.exit(2, "\n".join(lines) + "\n")


def _words(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Yield every command and option below *parser*."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield name
                yield from _words(inner)


def _run(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Return a command that is imported only when it runs, so that `--help` stays quick."""

    def run(options: argparse.Namespace) -> int:
        status: int = getattr(import_module(f"cvbuild.cli.{module}"), function)(options)
        return status

    return run


def parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Return the parser of the whole command line; `run` of what it returns is the command.

    Where *words* begin with a command, nobody will ask it for another.
    """
    top = _Parser(
        prog="cvbuild",
        description="Typeset CVs: one YAML profile, any number of variants, one look each.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"cvbuild {VERSION}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    known = {add.__name__[1:]: add for add in (
        _build, _watch, _serve, _validate, _check, _lint, _match, _new, _import, _init, _site, _themes,
                _schema, _variants, _explain, _fit, _extract, _merge, _doctor, _cache, _completion)}  # fmt: skip
    for add in [known[words[0]]] if words and words[0] in known else known.values():
        add(commands)
    return top


def _command(commands: Any, name: str, text: str, run: Callable[[argparse.Namespace], int]) -> Any:
    epilog = "\n  ".join([EXIT_CODES + "\n\nexamples:", *EXAMPLES[name]])
    command = commands.add_parser(name, help=text, description=text, allow_abbrev=False, epilog=epilog,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    command.set_defaults(run=run)
    return command


def _build(commands: Any) -> None:
    command = _command(commands, "build", "Build documents from profiles.", _run("ahead", "build"))
    options.profiles(command)
    options.which(command)
    options.view_options(command)
    options.formats(command)
    command.add_argument("--output", "-o", metavar="PATH",
                         help="a file, a folder (default: build/), or - for standard output")  # fmt: skip
    options.workers(command)
    budget = command.add_mutually_exclusive_group()
    options.no_fit(budget)
    budget.add_argument("--lock", action="store_true",
                        help="keep what goes for the page budget beside the profile, in NAME.fit/")  # fmt: skip
    options.locked(budget)
    options.making(command)
    command.add_argument("--scheduler", metavar="ADDRESS",
                         help="have a Dask cluster do it: its scheduler, such as tcp://host:8786")  # fmt: skip
    command.add_argument("--no-cache", action="store_true", help="make everything anew, and keep nothing of it")
    command.add_argument("--manifest", metavar="FILE", help="write what was built, and what each is, as JSON")
    options.strictness(command)
    options.annotating(command)
    options.as_json(command)


def _watch(commands: Any) -> None:
    text = "Build documents, and again whenever a file that they are made from is saved."
    command = _command(commands, "watch", text, _run("ahead", "watch"))
    options.profiles(command, "a YAML file (default: cv.yaml)")
    options.which(command)
    options.view_options(command)
    options.formats(command)
    command.add_argument("--output", "-o", metavar="PATH", help="a file, or a folder (default: build/)")
    options.workers(command)
    budget = command.add_mutually_exclusive_group()
    options.no_fit(budget)
    options.locked(budget)
    options.making(command)
    options.strictness(command)


def _serve(commands: Any) -> None:
    text = "Show a CV in the browser as it is being written: its pages, its page budget, what is wrong with it."
    command = _command(commands, "serve", text, _run("ahead", "serve"))
    command.add_argument("profile", metavar="PROFILE", nargs="?", default="cv.yaml",
                         help="a YAML file (default: cv.yaml)")  # fmt: skip
    command.add_argument("--variant", metavar="NAME", default="", help="the one to begin with")
    options.view_options(command)
    options.trust(command)
    command.add_argument("--port", metavar="N", type=options.port, default=0, help="default: one that is free")
    command.add_argument("--open", action="store_true", help="open the page in the browser")


def _validate(commands: Any) -> None:
    command = _command(commands, "validate", "Check profiles, with all their variants.", _run("inspect", "validate"))
    options.profiles(command)
    command.add_argument("--strict", action="store_true", help="treat warnings as errors")
    options.annotating(command)
    options.as_json(command)


def _check(commands: Any) -> None:
    text = "Prove of a finished PDF that it shows a view: text, links, fonts, tags, privacy, parsers, geometry."
    command = _command(commands, "check", text, _run("check", "check"))
    command.add_argument("pdf", metavar="PDF", help="a PDF; - is standard input")
    command.add_argument("profile", metavar="PROFILE", nargs="?", default="",
                         help="the profile behind it; without one, what can be told of a file alone")  # fmt: skip
    command.add_argument("--variant", metavar="NAME", help="default: the one that the PDF says it shows")
    options.view_options(command)
    command.add_argument("--min-ats", metavar="N", type=options.percent, default=0,
                         help="fail if a recruiter's system gets less than N %% of the fields right")  # fmt: skip
    command.add_argument("--strict", action="store_true", help="treat warnings as errors")
    options.annotating(command)
    options.as_json(command)


def _lint(commands: Any) -> None:
    text = "Look for slips in the facts: gaps, overlaps, claims that differ, the sample person left in."
    command = _command(commands, "lint", text, _run("lint", "lint"))
    options.profiles(command)
    command.add_argument("--as-of", metavar="DAY", help="the day that counts as today")
    command.add_argument("--against", metavar="FILE",
                         help="tell where publications differ from a file of them: BibTeX, RIS, …")  # fmt: skip
    command.add_argument("--rules", action="store_true", help="list the rules instead")
    command.add_argument("--strict", action="store_true", help="treat warnings as errors")
    options.annotating(command)
    options.as_json(command)


def _match(commands: Any) -> None:
    text = "Compare a variant with a job ad: what it covers, what the profile has besides, what is missing."
    command = _command(commands, "match", text, _run("match", "match"))
    _profile(command)
    command.add_argument("--variant", metavar="NAME", default="", help="default: the default view")
    command.add_argument("--job", metavar="FILE", required=True, help="the ad: text, or JSON; - is standard input")
    options.view_options(command)
    command.add_argument("--min-coverage", metavar="N", type=options.percent, default=0,
                         help="fail if the variant covers less than N %% of the terms")  # fmt: skip
    options.as_json(command)


def _extract(commands: Any) -> None:
    text = "Take the source out of a PDF that carries it."
    command = _command(commands, "extract", text, _run("packets", "extract"))
    command.add_argument("pdf", metavar="PDF", help="a PDF built with --source")
    command.add_argument("--output", "-o", metavar="DIR", help="a folder (default: the PDF's name, without .pdf)")


def _merge(commands: Any) -> None:
    text = "Join PDFs, with their bookmarks and what the first says of itself."
    command = _command(commands, "merge", text, _run("packets", "merge"))
    command.add_argument("output", metavar="OUT", help="the PDF to write; - is standard output")
    command.add_argument("pdfs", metavar="FILE", nargs="+", help="the PDFs to join, in their order")


def _new(commands: Any) -> None:
    command = _command(commands, "new", "Write a profile, or a theme, to start from.", _run("inspect", "new"))
    command.add_argument("file", metavar="FILE", nargs="?", help="default: cv.yaml")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--example", action="store_true", help="write the full example of an invented person")
    what.add_argument("--theme", metavar="NAME", help="write a theme to start from instead, into themes/NAME/")
    command.add_argument("--extends", metavar="THEME", help="the theme that it extends (default: letterpress)")


def _import(commands: Any) -> None:
    text = "Make a profile of another tool's file, or add its facts to one."
    command = _command(commands, "import", text, _run("importing", "run"))
    command.add_argument("file", metavar="FILE", help="the file; - is standard input")
    command.add_argument("--format", metavar="F", help="jsonresume, rendercv, yamlresume, fresh, bibtex, csl, ris, "
                         "atom, openalex, orcid or crossref (default: what it looks like)")  # fmt: skip
    command.add_argument("--output", "-o", metavar="FILE", help="the new profile (default: cv.yaml); - prints it")
    command.add_argument("--force", action="store_true", help="write it even if there is such a file")
    command.add_argument("--into", metavar="PROFILE", help="show what the file would add to this profile instead")
    command.add_argument("--write", action="store_true", help="and put it there")
    options.as_json(command)


def _init(commands: Any) -> None:
    text = "Make a repository for a CV: profile, Makefile, CI, a hook; nothing that is there is changed."
    command = _command(commands, "init", text, _run("kit", "init"))
    command.add_argument("folder", metavar="FOLDER", nargs="?", default=".", help="where (default: here)")
    command.add_argument("--ci", choices=("github", "gitlab", "none"), default="github",
                         help="the service that builds it (default: github)")  # fmt: skip


def _site(commands: Any) -> None:
    text = "Make a folder of web pages, with PDFs, of the public variants; it may be hosted as it is."
    command = _command(commands, "site", text, _run("site", "make"))
    _profile(command)
    command.add_argument("--variant", metavar="NAME", action="append", default=[],
                         help="one variant (repeatable; the first comes first; default: every public one)")  # fmt: skip
    command.add_argument("--output", "-o", metavar="FOLDER", default="build/site",
                         help="what becomes the site (default: build/site/)")  # fmt: skip
    options.workers(command)
    command.add_argument("--strict", action="store_true", help="treat warnings as errors")
    options.annotating(command)


def _themes(commands: Any) -> None:
    command = _command(commands, "themes", "List the themes and their options.", _run("inspect", "list_themes"))
    form = command.add_mutually_exclusive_group()
    options.as_json(form)
    _names(form)


def _schema(commands: Any) -> None:
    _command(commands, "schema", "Print the profile format as JSON Schema.", _run("inspect", "schema"))


def _explain(commands: Any) -> None:
    text = "Say whether a thing is in a view, and which rule decided."
    command = _command(commands, "explain", text, _run("explain", "explain"))
    command.add_argument("path", metavar="PATH",
                         help="ID, ID.FIELD, an appearance, contact.KIND, person.FIELD or a collection")  # fmt: skip
    _profile(command)
    command.add_argument("--variant", metavar="NAME", default="", help="default: the default view")
    options.view_options(command)
    options.as_json(command)


def _fit(commands: Any) -> None:
    command = _command(commands, "fit", "Tell how a view comes to fit its pages.", _run("fitting", "fit"))
    _profile(command)
    command.add_argument("--variant", metavar="NAME", default="", help="default: the default view")
    options.view_options(command)
    options.as_json(command)


def _doctor(commands: Any) -> None:
    text = "Say what this machine has, and what it lacks."
    options.as_json(_command(commands, "doctor", text, _run("doctor", "doctor")))


def _cache(commands: Any) -> None:
    text = "Say what is kept of finished artifacts, so that nothing is made twice."
    command = _command(commands, "cache", text, _run("storage", "cache"))
    command.add_argument("--clear", action="store_true", help="remove it")
    options.as_json(command)


def _completion(commands: Any) -> None:
    text = "Print a script by which a shell completes what you type."
    command = _command(commands, "completion", text, _run("completion", "completion"))
    command.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")


def _names(form: Any) -> None:
    form.add_argument("--names", action="store_true", help="print names only")


def _profile(command: Any) -> None:
    command.add_argument("profile", metavar="PROFILE", nargs="?", default="cv.yaml",
                         help="a YAML file (default: cv.yaml); - is standard input")  # fmt: skip


def _variants(commands: Any) -> None:
    command = _command(commands, "variants", "List or show the variants of a profile.", _run("variants", "usage"))
    actions = command.add_subparsers(metavar="ACTION", required=True, parser_class=_Parser)
    listing = _command(actions, "list", "List the variants of profiles.", _run("variants", "listing"))
    listing.add_argument("profiles", metavar="PROFILE", nargs="+", help="a YAML file")
    form = listing.add_mutually_exclusive_group()
    options.as_json(form)
    _names(form)
    form.add_argument("--make", action="store_true", help="print targets for make")
    show = _command(actions, "show", "Print a variant as the profile that it comes to.", _run("variants", "show"))
    show.add_argument("profile", metavar="PROFILE", help="a YAML file; - is standard input")
    show.add_argument("variant", metavar="NAME", nargs="?", default="", help="default: the default view")
    options.view_options(show)
    options.as_json(show)
    diff = _command(actions, "diff", "Tell how two variants, or two days of one, differ.", _run("variants", "diff"))
    diff.add_argument("profile", metavar="PROFILE", help="a YAML file; - is standard input")
    diff.add_argument("first", metavar="A", help="a variant; 'view' is the default view")
    diff.add_argument("second", metavar="B", nargs="?", help="another variant; if not said, A on another day")
    diff.add_argument("--against", metavar="DAY", help="the day of the second")
    options.view_options(diff)
    options.as_json(diff)
