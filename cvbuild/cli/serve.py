"""`cvbuild serve`."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
import traceback
from pathlib import Path
from threading import Event

from msgspec import Struct
from msgspec.structs import replace

from cvbuild import cli, pipeline
from cvbuild.artifact import Artifact
from cvbuild.checks import proof
from cvbuild.checks.finished import Pdf
from cvbuild.cli import budgets
from cvbuild.cli.check import machine
from cvbuild.cli.finished import file_name
from cvbuild.cli.wishes import UsageError, load, overrides, place
from cvbuild.drafts import Draft
from cvbuild.engines import contained
from cvbuild.errors import CvError, Mark, OutputError, Problem
from cvbuild.findings import Finding
from cvbuild.preview import inputs, pictures, told
from cvbuild.preview.follow import Following
from cvbuild.preview.server import Server
from cvbuild.preview.session import Session, Shown, Wish
from cvbuild.reader import Source
from cvbuild.view.resolve import COMMAND_LINE

_NO_CHOICES: told.Json = {"variants": [], "themes": [], "languages": [], "options": []}


class Built(Struct, frozen=True):
    """What came of a wish: the artifact and the draft that it shows, or what is wrong."""

    wish: Wish
    seconds: float
    source: Source | None = None
    artifact: Artifact | None = None
    draft: Draft | None = None
    error: CvError | None = None


def serve(options: argparse.Namespace, over: Event | None = None) -> int:
    """Show a profile in the browser, and again whenever it is saved, until it is interrupted or *over*."""
    overrides(options)
    if options.profile == "-":
        raise UsageError(Problem(COMMAND_LINE, "serve", "standard input has no versions; expected a file"))
    pictures.load()
    previewer = Previewer(options)
    following = Following(
        previewer.look, previewer.build, _has_failed, previewer.tell, previewer.check, previewer.glance
    )
    server = Server(previewer.session, options.port)
    try:
        with server.running() as address:
            print(f"{options.profile} is shown at {address}\nCtrl-C ends it.", flush=True)
            if options.open:
                import webbrowser

                webbrowser.open(address)
            following.run(over or Event())
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return cli.OK


def _has_failed(built: Built) -> bool:
    return built.error is not None


class Previewer:
    """Builds what is wished for, and says what came of it."""

    def __init__(self, options: argparse.Namespace) -> None:
        theme = f"{options.theme}@{options.engine}" if options.theme and options.engine else options.theme or ""
        wish = Wish(options.variant, theme, options.as_of or "", options.language or "")
        self.options = options
        self.session = Session(wish)
        self.inputs = self._inputs()
        self.last: Built | None = None
        self._say({"state": "building", "document": None, "choices": _NO_CHOICES})

    def look(self) -> object:
        """Return the state of all that is read, what is wished for, and what day it is."""
        return self.inputs.state(), self.session.wish[0], place().today

    def glance(self) -> object:
        """Return the state of the profile, and what is wished for."""
        return self.inputs.profiles_state(), self.session.wish[0]

    def build(self) -> Built:
        """Return what comes of the wish as it is now."""
        _, wish = self.session.wish
        started = time.perf_counter()
        self._say({**self.session.shown.said, "state": "building"})
        try:
            source = load(self.options.profile)
            where = replace(place(source), trusts_themes=self.options.trust_theme)
            artifact, left = pipeline.built(source, wish.variant, "pdf", overrides(self._options(wish)), where)
            return Built(wish, time.perf_counter() - started, source, artifact, left)
        except CvError as error:
            return Built(wish, 0, error=error)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return Built(wish, 0, error=OutputError(Problem(Mark(str(error.filename or "")), "", reason)))
        except Exception:
            # As in `watch`: the next save may build.
            return Built(wish, 0, error=CvError(Problem(Mark("cvbuild"), "", traceback.format_exc().strip())))

    def tell(self, built: Built) -> None:
        """Show what was built, or what is wrong beside what was built last."""
        self._show(built)
        if built.artifact and built.artifact.engine == "weasyprint":
            # One that has died, or has served long enough, is loaded again before it is wanted.
            contained.start(contained.Limits())
        # A profile may name other files now; if there are any, what is looked at has changed, and is built from again.
        self.inputs = self._inputs()

    def _show(self, built: Built) -> None:
        before = self.session.shown.said
        said = {**before, "state": "failed", "wish": _wish(built.wish), "command": self._command(built.wish)}
        if built.error:
            said |= {"problems": told.problems(built.error.problems, "error"), "warnings": [], "fit": None}
            self._say({**said, "findings": [], "choices": before["choices"]})
            return
        assert built.source
        assert built.artifact
        assert built.draft
        self.last, artifact = built, built.artifact
        name = file_name(built.source.profile.file, built.wish.variant, ".pdf")
        said |= {
            "state": "current", "seconds": built.seconds, "document": told.document(artifact, name), "problems": [],
            "warnings": told.problems(artifact.warnings, "warning"), "findings": None, "texts": [],
            "fit": list(budgets.lines(artifact.fit, len(artifact.fit.dropped))) if artifact.fit else None,
            "choices": told.choices(built.source.profile, built.draft, place(built.source).themes),
        }  # fmt: skip
        self.session.show(Shown(self._whole(said), artifact.digest(), artifact.data, name))

    def check(self) -> None:
        """Say what is to be said of the PDF that is shown, now that there is time to look at all of it."""
        built, shown = self.last, self.session.shown
        if not (built and built.source and built.artifact and built.draft) or shown.said["state"] != "current":
            return
        pdf = Pdf.of(built.artifact.data)
        try:
            found = proof.whole(pdf, pipeline.wanted(built.draft, built.source.profile), machine())
        except CvError as error:
            found = tuple(Finding("check", "error", problem) for problem in error.problems)
        # What the build has warned of is here again, with its rule.
        again = {finding.told() for finding in found}
        warnings = [warning for warning in built.artifact.warnings if warning not in again]
        more = {"findings": told.findings(found), "texts": [page.text for page in pdf.pages],
                "warnings": told.problems(warnings, "warning")}  # fmt: skip
        self.session.show(replace(shown, said={**shown.said, **more}))

    def _say(self, said: told.Json) -> None:
        self.session.show(replace(self.session.shown, said=self._whole(said)))

    def _whole(self, said: told.Json) -> told.Json:
        """Return *said* with what is always to be said."""
        _, wish = self.session.wish
        empty: told.Json = {"problems": [], "warnings": [], "findings": None, "fit": None, "seconds": 0, "texts": [],
                 "wish": _wish(wish), "command": self._command(wish)}  # fmt: skip
        return {**empty, "profile": self.options.profile, **said}

    def _options(self, wish: Wish) -> argparse.Namespace:
        """Return the options of the command line, with what is wished for in the place of what they said."""
        style = [*self.options.style, *(f"options.{name}={value}" for name, value in wish.options.items())]
        engine = self.options.engine if not wish.theme else None
        return argparse.Namespace(**{**vars(self.options), "theme": wish.theme, "engine": engine, "style": style,
                                     "as_of": wish.as_of, "language": wish.language})  # fmt: skip

    def _command(self, wish: Wish) -> str:
        """Return the command that builds what is wished for."""
        options = self._options(wish)
        said = [("--variant", wish.variant), ("--theme", wish.theme), ("--engine", options.engine or "")]
        said += [("--as-of", wish.as_of), ("--language", wish.language)]
        for name in ("include", "exclude", "set"):
            said += [(f"--{name}", value) for value in getattr(options, name)]
        said += [("--style", value.removeprefix("options.")) for value in options.style]
        words = [word for option, value in said if value for word in (option, value)]
        private = ["--private"] if options.private else []
        return shlex.join(["cvbuild", "build", self.options.profile, *words, *private])

    def _inputs(self) -> inputs.Inputs:
        profile = Path(self.options.profile)
        return inputs.of([profile], dict.fromkeys((profile.parent / "themes", Path("themes"))))


def _wish(wish: Wish) -> told.Json:
    return {"variant": wish.variant, "theme": wish.theme, "as_of": wish.as_of, "language": wish.language,
            "options": dict(wish.options)}  # fmt: skip
