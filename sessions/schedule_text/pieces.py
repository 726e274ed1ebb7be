"""Split the words of a line that are no fact into pieces, at the facts and at separators."""

import re

from sessions.schedule_text.plain_text import blanked

_SEPARATED = re.compile(r"\0+|\t|\s\|\s|\s*\|\s*|(?<=\s)[·•](?=\s)|(?<=\S)\s+-\s+(?=\0)|(?<=\0)\s*-\s+")
_PAIRS = {"(": ")", "[": "]", '"': '"', "“": "”", "«": "»"}
_OPENING = {")": "(", "]": "["}
EDGES = " \t-–—―‒−:|,;·•()[]/*_~=\u00a0\u202f"

EDGES_BUT_BRACKETS = EDGES.translate(dict.fromkeys(map(ord, "()[]")))


def pieces_of(text: str, taken: list[tuple[int, int]]) -> tuple[list[str], bool]:
    """Return the pieces of text outside the spans, and whether a span without a separator splits one."""
    rest = blanked(text, taken)
    pieces: list[str] = []
    is_split, previous_end = False, 0
    position = 0
    for match in (*_SEPARATED.finditer(rest), None):
        end = match.start() if match else len(rest)
        raw = rest[position:end]
        piece = _trimmed(raw)
        if piece and re.search(r"\w", piece):
            if pieces and not _is_separated(rest[previous_end : position + len(raw) - len(raw.lstrip())], raw):
                is_split = True
            pieces.append(balanced(piece, text[position:]))
            previous_end = position + len(raw.rstrip())
        position = match.end() if match else position
    return pieces, is_split


def _trimmed(raw: str) -> str:
    """Return the text without surrounding punctuation and quotation marks. Only a sentence keeps its full stop."""
    piece = unwrapped(raw.strip(EDGES_BUT_BRACKETS).lstrip(". ").strip(EDGES_BUT_BRACKETS))
    return piece[:-1] if piece.endswith(".") and piece.count(".") == 1 and len(piece.split()) < 6 else piece


def unwrapped(piece: str) -> str:
    """Return the text without brackets that are not a pair, and without a pair of brackets or quotes around it all."""
    while piece:
        first, last, inner = piece[0], piece[-1], piece[1:-1]
        if _PAIRS.get(first) == last and inner and not (set(inner) & {first, last}):
            piece = inner.strip(EDGES_BUT_BRACKETS)
        elif first in ")]" or (first in "([" and _PAIRS[first] not in piece):
            piece = piece[1:].strip(EDGES_BUT_BRACKETS)
        elif last in "([" or (last in ")]" and _OPENING[last] not in piece):
            piece = piece[:-1].strip(EDGES_BUT_BRACKETS)
        else:
            break
    return piece


def _is_separated(between: str, raw: str) -> bool:
    return bool(re.search(r"[-–—:|,;\t()\[\]/·•.]", between)) or bool(re.match(r"\s*[-–—:|,;()\[\]/·•.]", raw))


def balanced(piece: str, text: str) -> str:
    """Return the piece, with the closing bracket that it has in `text`, and that was removed or separated from it."""
    is_open = piece.count("(") > piece.count(")")
    return piece + ")" if is_open and text.count(")") > piece.count(")") else piece


def has_unpaired_bracket(text: str) -> bool:
    return any(text.count(opening) != text.count(closing) for opening, closing in ("()", "[]"))
