"""What an uploaded PDF may not contain (SAFETY.md V5), by the names in its objects (ISO 32000).

Objects can be compressed into a stream. It is accepted only in the form that programs write: compressed once, without a
predictor. What is in any other form cannot be read here, and is therefore refused. References to the ISO standard are
given as (7.5.7).
"""

import re
import zlib
from collections.abc import Iterator

MAX_STREAMS = 50_000
MAX_OBJECTS = 32 * 1024 * 1024  # bytes of all compressed objects
MAX_UNPACKED = 320 * 1024 * 1024  # bytes of all compressed streams, with the pictures
MAX_LIST = 1024 * 1024  # bytes of the list at the beginning of a stream of objects
MAX_OPEN_ACTIONS = 50  # each saved version of the file may have one
MAX_REFERENCES = 4  # of these
_BLANK = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*+)"  # comments, too
_END = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"


def _written(*names: str) -> bytes:
    """Return a pattern of names. In a name, `#61` is the character `a` (7.3.5)."""
    forms = ("".join(f"(?:{one}|(?i:#{ord(one):02x}))" for one in name) for name in names)
    return rb"/(?:" + "|".join(forms).encode() + rb")" + _END


# Names that run code, contain another file, send something or open something outside. They are long enough not to
# occur in pictures by chance, so that they are searched in every byte of the file.
_ACTIVE = re.compile(
    _written(
        *("JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "GoToR", "Rendition", "RichMedia"),
        *("EmbeddedFile", "EmbeddedFiles", "XFA"),
    )
)
_ENCRYPTED = re.compile(_written("Encrypt"))
_OF_OBJECTS = re.compile(_written("ObjStm", "First"))
_STREAM = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")  # what zlib compressed
_START_OF_OBJECTS = re.compile(rb"(?:\s|%[^\r\n]*[\r\n])*\d+\s")  # a number, after blanks and comments
_OBJECT = re.compile(rb"(?<!end)obj")
_NUMBERS_BEFORE = re.compile(rb"\d[\s\0]+\d+[\s\0]*\Z")
_STRING = rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\)"  # the usual ones; deeper ones see _end_of_string
_WITHOUT_SIGNS = re.compile(rb"(?:[^<>()%]++|<(?!<)[^>]*+>|>(?!>)|%[^\r\n]*+|" + _STRING + rb")*+", re.DOTALL)
_IN_STRING = re.compile(rb"(?:[^()\\]++|\\.)*+", re.DOTALL)
_BLANKS = re.compile(_BLANK + rb"*+")
_STREAM_AFTER = re.compile(_BLANK + rb"*+(stream)")
# The dictionary of a stream of objects as programs write it (7.5.7).
_PLAIN_STREAM_OF_OBJECTS = re.compile(
    rb"<<(?:\s*(?:/Type\s*/ObjStm|/(?:N|First|DL)\s+\d+|/(?:Length|Extends)\s+\d+(?:\s+\d+\s+R)?"
    rb"|/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])|/DecodeParms\s*(?:null|<<\s*>>|\[\s*null\s*\])))*+\s*>>"
)
_FIRST = re.compile(rb"/First\s+(\d{1,9})(?!\d)")
_REFERENCE = re.compile(_BLANK + rb"*+(\d{1,10})" + _BLANK + rb"++\d+" + _BLANK + rb"++R" + _END)
_PLACE = re.compile(_BLANK + rb"*+(?:\[|null" + _END + rb")")  # a place in the document (12.3.2.2)
_OPEN_ACTION, _NEXT, _TYPE = (re.compile(_written(name)) for name in ("OpenAction", "Next", "S"))
_GO_TO = re.compile(_BLANK + rb"*+/GoTo" + _END)
# A script, or an action that runs when a page or a field is displayed. These names are short, so they may occur in
# other data by chance, and count only before a value.
_ACTION = _written("JS", "AA") + rb"(?:" + _REFERENCE.pattern + rb"|" + _BLANK + rb"*+[<(])"
_STRING_COMMENT_OR_ACTION = re.compile(rb"%[^\r\n]*+|" + _STRING + rb"|(?P<action>" + _ACTION + rb")", re.DOTALL)
_MAX_SIGNS = 100_000  # of a dictionary
_MAX_DEPTH = 100


class _UnreadableError(Exception):
    """Raised if a dictionary has no end."""


def problem_of_pdf(data: bytes) -> str:
    """Return the code of the reason to refuse a PDF, or ""."""
    try:
        return next(_problems(data), "")
    except _UnreadableError:
        return "content"


def _problems(data: bytes) -> Iterator[str]:
    if _ACTIVE.search(data):
        yield "active"
    if _ENCRYPTED.search(data):
        yield "content"
    firsts: dict[int, int] = {}
    for start, end in _collections(data):
        written = data[start:end]
        if _has_action(written):
            yield "active"
        if _OF_OBJECTS.search(written) and (stream := _STREAM_AFTER.match(data, end)):
            first = _first_object(written)
            if first is None:
                yield "content"
            else:
                firsts[stream.start(1)] = first
    parts = [(data, 0)]
    yield from _problems_of_streams(data, firsts, parts)
    if not _opens_at_place(parts):
        yield "active"


def _first_object(written: bytes) -> int | None:
    """Return where the first object begins in a stream of objects. `written` is its dictionary."""
    firsts = _FIRST.findall(written)
    if len(firsts) == 1 and b"/FlateDecode" in written and _PLAIN_STREAM_OF_OBJECTS.fullmatch(written):
        return int(firsts[0])
    return None


def _problems_of_streams(data: bytes, firsts: dict[int, int], parts: list[tuple[bytes, int]]) -> Iterator[str]:
    """Unpack the compressed streams, and add those of objects to `parts`.

    What looks like objects is read, too, in the streams whose dictionary does not say what they are.
    """
    left, left_of_objects = MAX_UNPACKED, MAX_OBJECTS
    for number, found in enumerate(_STREAM.finditer(data)):
        first = firsts.get(found.start())
        if first is not None or _START_OF_OBJECTS.match(_unpacked(data, found.end(), 256)[0]):
            unpacked, is_whole = _unpacked(data, found.end(), left_of_objects)
            left_of_objects -= len(unpacked)
            if _ACTIVE.search(unpacked) or _has_action(unpacked):
                yield "active"
            if first is not None:
                parts.append((unpacked, first))
                if left_of_objects > 0 and not (is_whole and _has_plain_list(unpacked, first)):
                    yield "content"
        left -= _unpacked_size(data, found.end(), left)
        if left <= 0 or left_of_objects <= 0 or number >= MAX_STREAMS:
            yield "unpacks-too-large"
    if len(parts) - 1 < len(firsts):  # some are not compressed as their dictionary says
        yield "content"


def _has_plain_list(data: bytes, first: int) -> bool:
    """Return whether a stream of objects begins with pairs of numbers and places, before the first object."""
    return first < MAX_LIST and re.fullmatch(rb"[\s\d]*+", data[:first]) is not None


def _has_action(data: bytes) -> bool:
    """Return whether there is a script or an automatic action."""
    return re.search(_ACTION, data) is not None and any(
        found["action"] for found in _STRING_COMMENT_OR_ACTION.finditer(data)
    )


def _collections(data: bytes) -> Iterator[tuple[int, int]]:
    """Return where the dictionaries and lists begin and end that are objects, wherever "obj" is written.

    Raises _UnreadableError if one has no end or no number, or if they are written within each other.
    """
    read = 0
    for found in _OBJECT.finditer(data):
        start = _skipped(_BLANKS, data, found.end())
        end, is_list = start, data.startswith(b"[", start)
        if is_list or data.startswith(b"<<", start):
            end = data.find(b"endobj", start) if is_list else _end_of_dictionary(data, start)
            if end < 0 or not _NUMBERS_BEFORE.search(data[max(found.start() - 40, 0) : found.start()]):
                raise _UnreadableError
            yield start, end
        read += end - found.end()
        if read > 2 * len(data):
            raise _UnreadableError


def _end_of_dictionary(data: bytes, start: int) -> int:
    """Return where the dictionary ends that begins here. Raises _UnreadableError if it has no end."""
    place, depth = start, 0
    for _sign in range(_MAX_SIGNS):
        place = _skipped(_WITHOUT_SIGNS, data, place)
        sign = data[place : place + 2]
        if sign[:1] == b"(":
            place = _end_of_string(data, place)
            continue
        if sign not in {b"<<", b">>"} or depth > _MAX_DEPTH:
            raise _UnreadableError
        depth += 1 if sign == b"<<" else -1
        place += 2
        if not depth:
            return place
    raise _UnreadableError


def _end_of_string(data: bytes, place: int) -> int:
    depth = 0
    while True:
        sign = data[place : place + 1]
        if sign not in {b"(", b")"} or depth > _MAX_DEPTH:
            raise _UnreadableError
        depth += 1 if sign == b"(" else -1
        place += 1
        if not depth:
            return place
        place = _skipped(_IN_STRING, data, place)


def _skipped(signs: re.Pattern[bytes], data: bytes, place: int) -> int:
    found = signs.match(data, place)
    return found.end() if found else place


def _opens_at_place(parts: list[tuple[bytes, int]]) -> bool:
    """Return whether each OpenAction only chooses the place where the document is opened.

    Objects that are referred to are searched in all parts: the file, and the streams of objects.
    """
    places = [(part, found.end()) for part, _first in parts for found in _OPEN_ACTION.finditer(part)]
    if len(places) > MAX_OPEN_ACTIONS:
        return False
    references = [_REFERENCE.match(part, place) for part, place in places]
    numbers = {int(one[1]) for one in references if one}
    return (
        len(numbers) <= MAX_REFERENCES
        and all(one or _is_place(part, place) for one, (part, place) in zip(references, places, strict=True))
        and all(_refers_to_place(number, parts) for number in numbers)
    )


def _refers_to_place(number: int, parts: list[tuple[bytes, int]]) -> bool:
    file = parts[0][0]
    blank = rb"(?:[\0\s]|%[^\r\n]{0,100}+[\r\n])"
    written = re.compile(rb"(?<!\d)0*%d" % number + blank + rb"++\d++" + blank + rb"*+obj")
    found = [_is_place(file, one.end()) for one in written.finditer(file)]
    for part, first in parts[1:]:
        # At the beginning are pairs of a number and a place; the places count from the first object (7.5.7).
        numbers = part[:first].split()
        pairs = zip(numbers[::2], numbers[1::2], strict=False)
        starts = [start for one, start in pairs if one.lstrip(b"0") == b"%d" % number]
        found += [len(starts) == 1 and len(start) < 10 and _is_place(part, first + int(start)) for start in starts]
    return bool(found) and all(found)


def _is_place(data: bytes, place: int) -> bool:
    if _PLACE.match(data, place):
        return True
    start = _skipped(_BLANKS, data, place)
    try:
        action = data[start : _end_of_dictionary(data, start)]
    except _UnreadableError:
        return False
    types = [bool(_GO_TO.match(action, found.end())) for found in _TYPE.finditer(action)]
    return types == [True] and not _NEXT.search(action)


def _unpacked(data: bytes, start: int, most: int) -> tuple[bytes, bool]:
    """Return at most `most` bytes of the compressed data that begins at `start`, and whether they are all of it."""
    unpack = zlib.decompressobj()
    unpacked = b"".join(_pieces(unpack, data, start, most))
    return unpacked, unpack.eof


def _unpacked_size(data: bytes, start: int, most: int) -> int:
    return sum(len(piece) for piece in _pieces(zlib.decompressobj(), data, start, most))


def _pieces(unpack: "zlib._Decompress", data: bytes, start: int, most: int) -> Iterator[bytes]:
    """Unpack, up to the first error in the data."""
    view = memoryview(data)
    try:
        while start < len(data) and most > 0 and not unpack.eof:
            piece = unpack.decompress(view[start : start + 4096], most)
            yield piece
            most -= len(piece)
            start += 4096
    except zlib.error:
        pass
