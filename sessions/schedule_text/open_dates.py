"""Find the words of dates that are not set yet: "April TBD", "date to be confirmed", "mid-June"."""

import re

from sessions.schedule_text.dates import DateMention
from sessions.schedule_text.words import MONTHS, any_of

_NOT_SET = (
    r"(?:tb[acd]|to be (?:announced|confirmed|decided|determined|set|scheduled)"
    r"|not (?:yet )?(?:confirmed|set|scheduled)"
    r"|a (?:annoncer|confirmer|determiner|fixer|preciser|venir)|non (?:confirmee?|fixee?))(?![a-z])"
)
_PART = r"(?:early|mid|late|end of|beginning of|debut|mi|fin)[\s-]+(?:de\s+)?"
_MONTH = rf"(?:{any_of(MONTHS)})(?![a-z])\.?"
_YEAR = r"(?:\s*,?\s*20\d\d(?!\d))"
_SEASON = r"(?:spring|summer|fall|autumn|winter|printemps|ete|automne|hiver)(?![a-z])"
_PERIOD = rf"(?:(?:{_PART})?{_MONTH}{_YEAR}?|{_SEASON}{_YEAR}?)"
_SAID = (
    re.compile(rf"(?<![a-z0-9])(?:{_PERIOD})\s*[-,:(]?\s*(?:(?:exact )?(?:date|day|jour)\s+(?:is |est )?)?{_NOT_SET}"),
    re.compile(rf"(?<![a-z0-9]){_NOT_SET}\s*[-,:]?\s*(?:in |en |for |pour )?{_PERIOD}(?!\s*\d)"),
    re.compile(
        rf"(?<![a-z0-9])(?:date|day|jour)(?: and time| et heure)?\s*[-:(]?\s*(?:is |est )?(?:still )?{_NOT_SET}"
    ),
    re.compile(rf"^{_NOT_SET}(?=\s*[-:,|(\0]\s*[^\s\0])"),
)
# A day that is told by the day on which the page was read
_RELATIVE = re.compile(r"^(?:tomorrow|today|tonight|demain|aujourd'hui|ce soir)(?=\s*,|\s+(?:at|a|from|de)\s+\d|\s+\d)")
# A part of a month, a month with its year, or a season with its year, between separators.
_PERIOD_ALONE = re.compile(
    rf"(?:(?:^|[\0|,(\[:]|\s-\s)\s*)(?P<period>{_PART}{_MONTH}{_YEAR}?|{_MONTH}{_YEAR}|{_SEASON}{_YEAR}|(?<=\(){_MONTH}(?=\)))"
    r"\s*(?=$|[\0|,)\]:]|\s-)"
)


def find_open_dates(text: str, *, is_numbered: bool) -> list[DateMention]:
    """Return the first date in a line that is not set yet, as a mention of kind "open", or an empty list.

    The line must be normalized by `plain` and have no other date. If `is_numbered` is true, a month alone is one, too.
    """
    for pattern in (*_SAID, _RELATIVE):
        if match := pattern.search(text):
            return [DateMention((), match.start(), match.end(), "open")]
    if is_numbered and (match := _PERIOD_ALONE.search(text)):
        return [DateMention((), *match.span("period"), "open")]
    return []
