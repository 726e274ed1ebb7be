"""The characters that the fonts of PDF documents contain."""

import functools
from pathlib import Path

from fontTools.ttLib import TTFont

ASSETS = Path(__file__).parent / "assets"


def missing_characters(text: str) -> str:
    """Return the characters in the text that no font contains. The document would display boxes instead of them."""
    return "".join(sorted({one for one in text if ord(one) not in _covered() and not one.isspace()}))


@functools.cache
def _covered() -> frozenset[int]:
    covered: set[int] = set()
    for path in ASSETS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            covered.update(font.getBestCmap())
    return frozenset(covered)
