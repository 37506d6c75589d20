"""Where a line may end: not in short words with hyphens, and after the signs that join words without a space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cvbuild import locale

# Lines may end after any syllable of a Korean word and after the hyphen of `e-commerce`, and no style can keep
# WeasyPrint from it.
_WHOLE = re.compile(r"[^\s/–—]*[가-힣][^\s/–—]*|\b\w{1,2}-[\w-]+|\b[\w-]+-\w{1,2}\b")
_LONGEST_WORD = 24
_LONGEST_RUN = 1000
_BREAKS = re.compile(r"(?<=/)(?=[^\W\d]|\()|(?<=[^\s\d]/)(?=\d)|(?<=[–—…!?|}])(?=[\w(])|(?<=[^\s–—(“‘/])(?=—)")


# What begins no line in Chinese and Japanese, and what ends none; `themes/fonts/tex/cv-fonts.lua` has the same.
_BEGINS_NONE = frozenset(
    "、。，．・：；？！‥…—―’”）］｝〉》」』】〕〗〙〛｠〜～゛゜ゝゞヽヾ々〻ー％‰℃°·"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ,.:;!?)]}%'\"/-–"
)
_ENDS_NONE = frozenset("‘“（［｛〈《「『【〔〖〘〚｟￥＄￡＃$£¥€#([{'\"")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ud7fb]")


def whole_words(text: str) -> Iterator[re.Match[str]]:
    """Yield each word of *text* that no line should end in, though it could."""
    for run in re.finditer(r"[^\s/–—]+", text):
        # In a run without end the search would take the square of its time.
        if len(run[0]) <= _LONGEST_RUN:
            found = _WHOLE.finditer(text, run.start(), run.end())
            yield from (match for match in found if len(match[0]) <= _LONGEST_WORD)


def breakable(text: str) -> list[str]:
    """Return the pieces of *text* between which a line may end where it has neither a space nor a hyphen."""
    return _BREAKS.split(text)


def unspaced_pieces(word: str) -> list[str]:
    """Return the pieces of *word*, which has no spaces, between which lines of Chinese or Japanese may end."""
    if not locale.is_unspaced(word):
        return [word]
    places = [place for place in range(1, len(word)) if _may_part(word[place - 1], word[place])]
    return [word[start:end] for start, end in pairwise((0, *places, len(word)))]


def _may_part(before: str, after: str) -> bool:
    pair = before + after
    if not locale.is_unspaced(pair) or _HANGUL.search(pair):
        return False
    return after not in _BEGINS_NONE and before not in _ENDS_NONE
