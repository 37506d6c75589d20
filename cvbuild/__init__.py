"""cvbuild typesets CVs: one profile of facts, views of it, themes that give them a look.

The spine is five verbs between five nouns:

    profile.yaml ─ read ▶ Profile ─ select ▶ Profile ─ compose ▶ Document ─ write ▶ Rendered ─ compile ▶ PDF
                                      ▲                   ▲                   ▲
                                     view               style               theme

`reader` opens files and reports all that is wrong with them, each problem with its place. `view` chooses: after it
every value is constant and no stage knows that days, languages or variants exist. `sections` compose a closed set of
nodes (`document`), in which all text already stands in reading order. `writers` turn nodes into a format; there, and
only there, text becomes markup. `engines` run what makes a PDF of it. `pipeline` strings them together, and `cli` is
the only module that prints, reads the clock or the environment, or sets an exit status.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cvbuild.errors import CvError, Problem
    from cvbuild.version import VERSION

__all__ = ["VERSION", "CvError", "Problem"]


def __getattr__(name: str) -> object:
    """Import what is asked for: the command line loads nothing before it can be interrupted."""
    if name not in __all__:
        raise AttributeError(f"module 'cvbuild' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("cvbuild.version" if name == "VERSION" else "cvbuild.errors"), name)
