"""The page budget: a view on no more pages than it asks for, with the best of what fits.

It closes a loop over the spine: what is selected is set, measured, and, where it takes too many pages, set again in a
tighter form of its theme and with less of it.
"""

from cvbuild.fit.budget import Fitted, Left, as_locked, fitted, locked
from cvbuild.fit.lock import Lock

__all__ = ["Fitted", "Left", "Lock", "as_locked", "fitted", "locked"]
