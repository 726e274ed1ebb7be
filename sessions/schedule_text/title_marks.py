"""Find what does not belong in a title: hours, dates, names of people, words of other fields, and broken pairs."""

import re
from collections.abc import Sequence

from sessions.schedule_text.accounting import parts_between
from sessions.schedule_text.draft_rows import DraftRow
from sessions.schedule_text.people import may_name_person
from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.words import (
    CANCELLED,
    HELD,
    MONTHS,
    NO_SESSION,
    OTHER_DATES,
    RULE,
    SESSION_WORDS,
    UNCONFIRMED,
    any_of,
)

_PERSON = re.compile(
    r"(?<![a-z])(?:drs?|dre|prof|mme|mrs?)\.?\s+(?=[a-z])|,\s*(?:rn|np|md|phd|pharmd|msw|rsw|rpn|lpn|mn|bscn|psw|inf|ips|ccfp|frcpc|rph)\b"
    r"|(?<![a-z])(?:presented by|facilitated by|presentee? par|animee? par|speakers?|presenters?|conferencier\w*|guest)"
    r"(?![a-z])"
)
_LED = re.compile(r"\b(?:with|by|avec|par|featuring)\s+(?P<name>[^,;:()–—-]+)$", re.IGNORECASE)
_TAIL = re.compile(r"(?:\s[-–—|/]\s|[,;:]\s+|\.\s+)(?P<name>[^,;:–—|/()]+?)\.?$")
_HEAD = re.compile(r"^(?P<name>[^,;:–—|/()]+?)\s+[-–—|/]\s")
_HEAD_OF_COLON = re.compile(r"^(?P<name>[^,;:–—|/()]+?)\s*:\s")
_LABEL = re.compile(
    r"^(?:topics?|titles?|titre|sujet|theme|subject|speakers?|presenters?|objectives?|objectifs?|cas|case|didactic|date|time|heure"
    r"|lieu|location|where|ou|room|salle|cost|cout|language|langue|format|credits?|note|nb|learning objectives?|contact"
    rf"|moderator|host|platform|(?:{SESSION_WORDS})(?:\s*\d+)?)\s*:"
)
_OTHER_WORDS = re.compile(
    r"^(?:registration|check-in|breakfast|lunch|dinner|supper|break|coffee|networking|adjourn|closing remarks|pause"
    r"|diner|inscription|accueil|dejeuner|reseautage)(?![a-z])|"
    r"(?:^|[-(\[|,;:>/]\s*|\s(?=register|registration|inscri|read|learn|en savoir|click|cliquez|add to|sold"
    r"|tb[acd]|via))"
    r"(?:register(?: now| here)?|registration|sign up|inscri(?:ption|vez-vous)(?: ici)?|read more|learn more"
    r"|more info(?:rmation)?|en savoir plus|details|click here|cliquez ici|add to calendar|view|voir|watch|join|zoom"
    r"|teams"
    r"|webex|online|en ligne|virtual|virtuel(?:le)?|en virtuel|hybrid|hybride|in[- ]person|en presentiel|free|gratuit"
    r"|sold out|complet|full|tb[acd]|open to all|recording|enregistrement|slides|pdf|new|nouveau|updated|cancell?ed"
    r"|postponed|annulee?|reportee?|confirmed|room \w+|salle \w+|via \w+)[\s.!)\]>»→]*$"
)
_STRANGE = re.compile(r"^[=+@]|[{}<>|\\\t_^~]|\*|https?:|www\.|&\w+;|&#|\S@\S|\?\?|%\d|\.\.\.$|…$")
_CONNECTIVES = [
    "and",
    "or",
    "of",
    "the",
    "a",
    "an",
    "to",
    "in",
    "on",
    "at",
    "for",
    "from",
    "with",
    "by",
    "et",
    "ou",
    "de",
    "du",
    "des",
    "la",
    "le",
    "les",
    "un",
    "une",
    "a",
    "au",
    "aux",
    "en",
    "dans",
    "sur",
    "pour",
    "avec",
    "par",
    "que",
    "qui",
    "se",
    "vs",
    "via",
    "is",
    "are",
    "than",
]
_STARTS = frozenset(["and", "or", "of", "at", "from", "et", "ou", "du", "au", "aux", "à", "vs", "via", "to"])
_EDGES = re.compile(r"^[\s,;:.)\]|/&+–—-]|[\s,;:(\[|/&+–—-]$")
# A number at an edge of a title or beside a separator. Others are among words, as in "The last 48 hours".
_FIGURE = re.compile(
    r"(?:^|[-,;:|/.)(]\s*)(?<![\w$#-])\d+(?![\w%-])|(?<![\w$#-])\d+(?![\w%-])(?=\s*(?:$|[,;:|/)(]|-\s))"
)
_COUNTED_THINGS = re.compile(
    r"(?:part|partie|bill|loi|level|niveau|step|etape|phase|grade|type|stage|stade|volet|module|day|jour)\s+$"
)
_NO_DATES = frozenset(["24/7", "9/11"])
_CAPITALS = re.compile(
    r"^(?:[A-ZÀ-Ý]{2,}[\s!:,-]+){2,}(?=\S*[a-zà-ÿ])|^[A-ZÀ-Ý]{3,}!|^(?:NEW|NOUVEAU|UPDATED?|REVISED|FULL|COMPLET)\b"
)
# A title in quotation marks, with other words outside them
_QUOTED = re.compile(r"\w\W*[“«][^”»]*\s[^”»]*[”»]|[“«][^”»]*\s[^”»]*[”»]\W*\w")
# A month without a day, at an edge of a title or after a separator: "Hope, mid-June"
_MONTH = re.compile(
    rf"(?:^|[-,;:(/]\s*)(?:(?:early|mid|late|debut|mi|fin)\b[\s-]*)?(?:{any_of(MONTHS)})(?![a-z])"
    rf"|(?<![a-z'-])(?:{any_of(MONTHS)})\.?[\s)]*$"
)
# Brackets at the end of a title may contain a remark, and words after a dash another field. Abbreviations do not.
_BRACKETS = re.compile(r"\[[^\]]*\]|\((?!(?:part|partie)\b)[^()]*[a-z][^()]*\)$", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\((?:[A-ZÀ-Ý]\w*){2,6}\)")
_DASH = re.compile(r"\s[-–—]+\s|\.\.|…|\s/\s")
_QUOTES = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
_NOUN = re.compile(
    r"(?:ings?|tions?|ments?|ness|ity|ities|ences?|ances?|ives?|ics?|ships?|ology|logie|aches?|ues|ies|skills?|news|care"
    r"|tools?|cases?|[’'])$|-|^[A-ZÀ-Ý]{3,}$"
)
_WORDS = (
    _PERSON, _LABEL, _OTHER_WORDS, _STRANGE, _MONTH, _EDGES,
    NO_SESSION, CANCELLED, UNCONFIRMED, HELD, OTHER_DATES, RULE,
)  # fmt: skip
SHORTEST, LONGEST = 4, 110  # characters


def marks_of(title: str) -> list[str]:
    """Return the texts in a title that may not belong in it."""
    text = plain(title)
    parts = [part for part in parts_between(text, title, 0) if part.kind in "DGHNYZ" and part.written not in _NO_DATES]
    found = [part.written for part in parts]
    found += [title[slice(*match.span())].strip() or title for words in _WORDS if (match := words.search(text))]
    found += [
        match["name"] for names in (_LED, _TAIL, _HEAD) if (match := names.search(title)) and _may_name(match["name"])
    ]
    if not found:
        found += [match.group().strip() for match in _FIGURE.finditer(text) if not _is_usual_figure(match)]
    found += [
        title[match.start() :].strip()
        for tail in (_BRACKETS, _DASH, _QUOTED)
        if (match := tail.search(title)) and not _ABBREVIATION.fullmatch(match.group())
    ]
    found += [match.group().strip() for match in [_CAPITALS.match(title)] if match]
    return [*found, *_broken(title, text)]


def _broken(title: str, text: str) -> list[str]:
    """Return what shows that a title is cut off, or is no title."""
    found = []
    words = title.split()
    if words and words[0].lower() in _STARTS:
        found.append(words[0])
    if words and plain(words[-1]).strip(".,") in _CONNECTIVES:
        found.append(words[-1])
    length = len(re.findall(r"[^\W\d_]", title))
    if (
        any(title.count(opening) != title.count(closing) for opening, closing in _QUOTES)
        or title.count('"') % 2
        or (length < SHORTEST and not re.fullmatch(r"[A-ZÀ-Ý]{3}", title))
        or len(title) > LONGEST
        or re.fullmatch(rf"(?:{SESSION_WORDS})s?", text)
    ):
        found.append(title)
    return found


def _is_usual_figure(match: re.Match[str]) -> bool:
    follows = match.string[match.end() : match.end() + 2]
    return (
        match.group().strip() == "101" or follows == "/7" or bool(_COUNTED_THINGS.search(match.string[: match.start()]))
    )


def _may_name(text: str) -> bool:
    """Return whether the text is written like a name, and has no word with the ending of a common noun."""
    return may_name_person(text) and not any(_NOUN.search(word) for word in text.split())


def _starts_with_name(row: DraftRow) -> bool:
    match = _HEAD_OF_COLON.match(row.title_en or row.title_fr)
    return match is not None and _may_name(match["name"])


def check_titles(rows: Sequence[DraftRow], headings: Sequence[str]) -> None:
    """Add a finding to each row whose title may contain words of another field, or may be cut off.

    A title that is a heading of the whole text is probably not the title of a session. A kind of words that all titles
    contain is a finding of all of them, since it is not known whether the schedule always adds it.
    """
    led = [_starts_with_name(row) for row in rows]
    are_usual = sum(led) > 1 and 2 * sum(led) > len(rows)  # "Jane Example: Grief" in most rows
    above = {_folded(heading) for heading in headings}
    for row, is_led in zip(rows, led, strict=True):
        for title in filter(None, (row.title_en, row.title_fr)):
            marks = marks_of(title)
            if any(_folded(text) in _folded(title) for text in row.beside if len(text.split()) > 1):
                marks.append(title)
            if _folded(title) in above or (are_usual and is_led):
                marks.append(title)
            if marks:
                row.find("title-doubtful", written=marks[0])


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", plain(text)).strip()
