"""Views: which facts, when and in which language. `resolve` settles what a variant asks; `select` chooses."""

from cvbuild.view.resolve import Overrides, Wish, resolve
from cvbuild.view.select import Selection, select

__all__ = ["Overrides", "Selection", "Wish", "resolve", "select"]
