"""Which characters the fonts of the sheet have."""

import functools
from pathlib import Path

from fontTools.ttLib import TTFont

ASSETS = Path(__file__).parent / "assets"


def missing_characters(text: str) -> str:
    """Return the characters of a name that no font of the sheet has: the file would show boxes."""
    return "".join(sorted({one for one in text if ord(one) not in _covered() and not one.isspace()}))


@functools.cache
def _covered() -> frozenset[int]:
    covered: set[int] = set()
    for path in ASSETS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            covered.update(font.getBestCmap())
    return frozenset(covered)
