"""Which characters a font file has, read without fontTools, which takes longer to load than to answer."""

from __future__ import annotations

import struct
from collections.abc import Iterator

# Tables of all of Unicode come first, then those of what two bytes can say: platform, encoding, format.
_WANTED = ((3, 10, 12), (0, 4, 12), (3, 1, 4), (0, 3, 4))


def characters(font: bytes) -> frozenset[int] | None:
    """Return the code points for which *font* has a glyph; `None` where its table is of another form than ours.

    Raises `struct.error` or `IndexError` where *font* is damaged.
    """
    start = next((offset for tag, offset in _tables(font) if tag == b"cmap"), None)
    if start is None:
        return None
    count = struct.unpack_from(">H", font, start + 2)[0]
    found = {}
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * index)
        found[platform, encoding, struct.unpack_from(">H", font, start + offset)[0]] = start + offset
    form = next((form for form in _WANTED if form in found), None)
    if form is None:
        return None
    read = _of_all if form[2] == 12 else _of_two_bytes
    return frozenset(read(font, found[form]))


def _tables(font: bytes) -> Iterator[tuple[bytes, int]]:
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        yield tag, offset


def _of_all(font: bytes, start: int) -> Iterator[int]:
    """Yield the characters of a table in format 12: groups of them."""
    for index in range(struct.unpack_from(">L", font, start + 12)[0]):
        first, last, _ = struct.unpack_from(">LLL", font, start + 16 + 12 * index)
        yield from range(first, last + 1)


def _of_two_bytes(font: bytes, start: int) -> Iterator[int]:
    """Yield the characters of a table in format 4: segments, the glyphs of which are computed or looked up."""
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    words = struct.Struct(f">{count}H")
    ends, starts, deltas, offsets = (
        words.unpack_from(font, start + 14 + place) for place in (0, 2 + 2 * count, 2 + 4 * count, 2 + 6 * count)
    )
    for index, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        # Offsets count from where they stand; glyph 0 is that of a character that the font has not.
        glyphs = start + 16 + 6 * count + 2 * index + offset
        for code in range(first, last + 1):
            glyph = struct.unpack_from(">H", font, glyphs + 2 * (code - first))[0] if offset else code
            if (glyph or not offset) and (glyph + delta) % 0x10000:
                yield code
