"""What was built before, for as long as building it again would make the same."""

from __future__ import annotations

from collections.abc import Hashable

from msgspec import Struct, field

from cvbuild.artifact import Artifact
from cvbuild.checks import privacy
from cvbuild.drafts import Draft
from cvbuild.preview.inputs import State
from cvbuild.profile import Profile


class Grounds(Struct, frozen=True):
    """All that decides what becomes of a draft, but for where in its files it stands."""

    draft: tuple[object, ...]
    secrets: tuple[str, ...]
    files: State

    @classmethod
    def of(cls, made: Draft, whole: Profile, files: State) -> Grounds:
        """Return the grounds of *made*, a draft of the profile *whole*; *files* are those that are no profiles."""
        look = made.theme, made.style, made.options, made.fonts, made.said
        # What nobody is to see decides whether an artifact passes, even where it is of no part of the view.
        secrets = tuple(secret.text for secret in privacy.secrets(whole, ()))
        return cls((made.profile, *look, made.pinned, made.is_private, made.variant), secrets, files)


class Memory(Struct, frozen=True):
    """The last artifact of each of several, by keys of any kind."""

    kept: dict[Hashable, tuple[Grounds, Artifact]] = field(default_factory=dict)

    def recall(self, key: Hashable, grounds: Grounds) -> Artifact | None:
        """Return the artifact of *key* if it was made on the same *grounds*."""
        found = self.kept.get(key)
        return found[1] if found and found[0] == grounds else None

    def keep(self, key: Hashable, grounds: Grounds, artifact: Artifact) -> None:
        """Remember *artifact* in the place of the last of *key*."""
        self.kept[key] = grounds, artifact
