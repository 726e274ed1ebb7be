"""Set the titles, presenters and other texts of a draft row."""

import re

from sessions.schedule_text.draft_rows import DraftRow
from sessions.schedule_text.facts import Facts, read_line, without_links
from sessions.schedule_text.layout import Segment
from sessions.schedule_text.people import names_person
from sessions.schedule_text.pieces import EDGES, has_unpaired_bracket, unwrapped
from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.remarks import without_remarks
from sessions.schedule_text.tables import cells_of
from sessions.schedule_text.titles import in_both_languages, language_of
from sessions.schedule_text.words import SENTENCE, SESSION_WORDS, UNCONFIRMED

LONG_TITLE = 24  # words
LONGEST_TITLE = 300  # characters, the limit of the model's fields


_QUOTED = re.compile(r"[“«\"]([^“”«»\"]+)[”»\"]")
_LEAD_IN = re.compile(r"^(?:with|avec|(?:presented )?by|(?:présentée? )?par)\s+", re.IGNORECASE)
_PRESENTED = re.compile(r"(?:\s+[-–—]\s+(?P<dashed>[^–—]+)|\s*\((?P<inside>(?:[^()]|\([^()]*\))+)\))$")


def set_texts(row: DraftRow, segment: Segment, language: str) -> None:
    titles, others, is_split = _texts_of(row, segment, language)
    titles, others = _without_people(row, titles), _without_people(row, others)
    has_column = any(role.startswith("title") for role in segment.roles)
    if not titles and others and not row.title_en and not row.title_fr and not has_column:
        titles, others = _first_title(others)
    titles, others = _repeated(titles, others)
    if parts := _quoted(titles[0]) if titles else None:
        titles, others = [parts[0]], [*titles[1:], *parts[1:], *others]
    elif quoted := _quoted_in_sentence(segment):
        kept = [text.replace(quoted, " ") for text in (*titles, *others)]
        titles, others = [quoted], [text.strip(EDGES) for text in kept if re.search(r"\w{3}", text)]
    if titles:
        rest = _set_title(row, titles, others, language)
        others = rest
    for text in others:
        if names_person(text):
            row.presenters.append(_LEAD_IN.sub("", text))
        else:
            row.beside.append(text)
    title = row.title_en or row.title_fr
    if not title:
        row.find("title-missing")
    elif is_split or not re.search(r"[^\W\d_]", title):
        row.find("title-in-pieces")
    elif segment.is_title_uncertain:
        row.find("title-uncertain")
    elif _is_sentence(title) or len(title) > LONGEST_TITLE:
        row.find("title-sentence")
    if has_unpaired_bracket(row.title_en) or has_unpaired_bracket(row.title_fr):
        row.find("title-bracket")


def _repeated(titles: list[str], others: list[str]) -> tuple[list[str], list[str]]:
    """Return the title without words before it, as in "Image of Grief", if another line has it without these words."""
    for other in others:
        if titles and len(other.split()) > 1 and other != titles[0] and plain(titles[0]).endswith(plain(other)):
            return [other, *titles[1:]], [titles[0], *(text for text in others if text != other)]
    return titles, others


def _quoted(text: str) -> list[str] | None:
    """Return the only title in quotation marks in a sentence or after a word such as "Webinar", and the other words."""
    found = _QUOTED.findall(text)
    if len(found) != 1 or len(found[0].split()) < 2:
        return None
    before, _title, after = re.split(r"[“”«»\"]", text, maxsplit=2)
    is_kind = re.fullmatch(rf"(?:{SESSION_WORDS}|formation|training)s?\W*", plain(before))
    if not is_kind and not _is_sentence(text):
        return None
    rest = [part.strip(f"{EDGES}.") for part in ("" if is_kind else before, after)]
    return [found[0].strip(EDGES), *(part for part in rest if re.search(r"\w", part))]


def _quoted_in_sentence(segment: Segment) -> str:
    """Return the only title in quotation marks in the sentence with the date of the session, or ""."""
    lines = [line.text for line in segment.lines if line.dates and line.is_sentence and not line.is_other_date]
    found = [quoted for text in lines for quoted in _QUOTED.findall(text) if len(quoted.split()) > 1]
    return found[0].strip(EDGES) if len(found) == 1 and not segment.roles else ""


def _is_sentence(title: str) -> bool:
    words = title.split()
    return words[0].islower() or len(words) > LONG_TITLE or bool(SENTENCE.search(plain(title)))


def _without_people(row: DraftRow, texts: list[str]) -> list[str]:
    """Move presenters from the end of the texts to the row: "Grief – Dr. Roy", "Grief (A. Lee, RN)".

    Return the texts without them.
    """
    kept = []
    for text in texts:
        tail = _PRESENTED.search(text)
        name = (tail["dashed"] or tail["inside"]) if tail else ""
        if tail and text[: tail.start()] and names_person(name):
            row.presenters.append(_LEAD_IN.sub("", name))
            kept.append(text[: tail.start()])
        else:
            kept.append(text)
    return kept


def _texts_of(row: DraftRow, segment: Segment, language: str) -> tuple[list[str], list[str], bool]:
    """Return the titles, the other pieces of text, and whether a date splits the title.

    A piece is a title because of its label, its column in a table or its position in the segment.
    """
    if segment.roles:
        return *_cells(row, segment, is_french=language == "fr"), False
    named = [piece for line in segment.lines if line.label == "title" for piece in line.pieces]
    if named:
        return named[:1], [*named[1:], *_without_labels(row, segment, titles=True)], False
    lead = next((line for line in segment.lines if line.session_number is not None), segment.lines[0])
    dated = [line for line in segment.lines if line.dates or line.times]
    for line in (lead, *dated):
        if line.label in ("presenter", "link") or not line.pieces or line.is_other_date:
            continue
        if len(segment.lines) > 1 and line is not lead and segment.lines.index(line) > 0 and segment.lines[0].pieces:
            continue
        if all(map(names_person, line.pieces)):
            continue
        others = [*line.pieces[1:], *_without_labels(row, segment, skip=line)]
        return line.pieces[:1], others, line.is_split
    return [], _without_labels(row, segment), False


def _without_labels(row: DraftRow, segment: Segment, *, skip: Facts | None = None, titles: bool = False) -> list[str]:
    """Return the pieces without a label in order. Move labelled presenters, links and remarks to their fields."""
    others = []
    for line in segment.lines:
        if line is skip or (titles and line.label == "title"):
            continue
        if line.label == "presenter":
            row.presenters += line.pieces
        elif line.label == "link":
            row.links += line.pieces
        elif line.label or line.is_other_date or (line.dates and segment.is_prose(line)):
            row.beside.append(line.text)
            if not line.pieces:
                row.beside.pop()
        else:
            others += line.pieces
    return others


def _cells(row: DraftRow, segment: Segment, *, is_french: bool) -> tuple[list[str], list[str]]:
    """Return the titles and the other pieces in a row of a table, according to its column headings.

    Add presenters and links to `row`.
    """
    titles: list[str] = []
    others: list[str] = []
    for role, cell in zip(segment.roles, cells_of(segment.lines[0].text), strict=False):
        if not cell:
            continue
        if UNCONFIRMED.fullmatch(plain(cell)):
            continue
        if role == "title":
            titles.append(unwrapped(without_remarks(without_links(cell))[0]))
        elif role in ("title_en", "title_fr"):
            setattr(row, role, cell)
        elif role == "presenter":
            row.presenters.append(cell)
        elif role == "number":
            others += [] if row.number is not None else [cell]
        elif role == "link":
            row.links += [cell] if cell not in row.links else []
        elif role in ("zone", "other"):
            zone = segment.lines[0].zone
            others += [] if (zone and zone[1] == cell.strip("()[]")) or cell in row.beside else [cell]
        elif role in ("date", "time"):
            is_day = role == "date" and segment.lines[0].is_date_from_heading
            others += [] if is_day else read_line(0, cell, is_french=is_french).pieces
    for line in segment.lines[1:]:
        others += line.pieces
    return titles, others


def _first_title(others: list[str]) -> tuple[list[str], list[str]]:
    """Return the first piece that is not a presenter as the title, and the remaining pieces."""
    for index, text in enumerate(others):
        if not names_person(text):
            return [text], others[:index] + others[index + 1 :]
    return [], others


def _set_title(row: DraftRow, titles: list[str], others: list[str], language: str) -> list[str]:
    """Set the title in its own language, and in the other language if the next piece is its translation.

    Return the remaining pieces.
    """
    if pair := in_both_languages(titles[0]):
        row.title_en, row.title_fr = pair
        return [*titles[1:], *others]
    first = titles[0]
    spoken = language_of(first)
    if spoken and spoken != language and not language_of(first, accents=False):
        row.find("title-language", language=spoken)
    following = [*titles[1:], *others][:1]
    if following and not names_person(following[0]) and {spoken, language_of(following[0])} == {"en", "fr"}:
        second = following[0]
        row.title_en, row.title_fr = (first, second) if spoken == "en" else (second, first)
        return [*titles[1:], *others][1:]
    if (spoken or language) == "fr":
        row.title_fr = first
    else:
        row.title_en = first
    return [*titles[1:], *others]
