"""Take remarks about free places out of titles: "Grief [Sold out]", "FULL – Pain", « Le deuil COMPLET »."""

import re

from sessions.schedule_text.plain_text import plain

_PLACES = (
    r"(?:fully booked|sold[\s-]out|full|at capacity|closed|recorded|wait(?:ing)?[\s-]?list(?: only| open)?"
    r"|registration (?:is )?(?:now )?(?:closed|full|open)|limited (?:seats|spaces|spots|places)"
    r"|complet(?:e|s|es)?|liste d'attente(?: seulement)?|places? limitees?|salle comble|fermee?s?|enregistree?s?"
    r"|recording available"
    r"|inscriptions? (?:closes?|terminees?|fermees?|completes?|ouvertes?))"
)
_SPOKEN = r"(?:(?:in|en)\s+)?(?:english|french|francais|anglais|bilingual|bilingue)(?:\s*[-/,][^()\[\]]*)?"
_CANCELLED = r"(?:cancell?ed|postponed|annulee?s?|reportee?s?)"
_APART = (
    re.compile(rf"^[\[(*\s]*(?P<remark>{_CANCELLED}(?:\s*[-/|,]\s*{_CANCELLED})*)[\])*!.\s]*$"),
    re.compile(rf"^[\[(*\s]*(?P<remark>{_PLACES})[\])*!.\s]*$"),
    re.compile(rf"^(?P<remark>{_CANCELLED})\s*(?::\s*|!\s*|\s-+\s+)(?=\w)"),
    re.compile(rf"\s*[\[(]\s*(?P<remark>{_PLACES}\s*[!.]?\s*(?:[-,;:][^\[\]()]*)?)[\])]\s*$"),
    re.compile(rf"\s*[\[(]\s*(?P<remark>{_SPOKEN})\s*[\])]\s*$"),
    re.compile(rf"\s*\*+\s*(?P<remark>{_PLACES})\s*[!.]?\s*\**$"),
    re.compile(rf"(?:\s+[-|]+|\s*(?:\.\.+|…))\s*(?P<remark>{_PLACES})\s*[!.]?$"),
    re.compile(rf"^[\[(*]+\s*(?P<remark>{_PLACES})\s*[!.]?\s*[\])*]+[\s:-]*"),
    re.compile(rf"^(?P<remark>{_PLACES})\s*!?\s*(?:[-|]\s+|!\s+)"),
)
# Without a separator, only capitals in a title that is not in capitals set a remark apart.
_IN_CAPITALS = (
    re.compile(rf"(?<=\s)(?P<remark>{_PLACES})\s*[!.]*$"),
    re.compile(rf"^(?P<remark>{_PLACES})\s*:?\s+"),
)


def without_remarks(text: str) -> tuple[str, list[str]]:
    """Return the text without remarks about places at its start and end, and the remarks."""
    remarks: list[str] = []
    while match := _remark(text):
        remarks.append(text[match.start("remark") : match.end("remark")].strip(" !."))
        text = f"{text[: match.start()]}{text[match.end() :]}".strip()
    return text, remarks


def _remark(text: str) -> re.Match[str] | None:
    searched = plain(text)
    for pattern in _APART:
        if match := pattern.search(searched):
            return match
    for pattern in _IN_CAPITALS:
        match = pattern.search(searched)
        rest = match and text[: match.start()] + text[match.end() :]
        if match and text[match.start("remark") : match.end("remark")].isupper() and not (rest or "").isupper():
            return match
    return None
