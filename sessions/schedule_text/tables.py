"""Parse tables that were pasted as text, with cells separated by tabs or vertical bars.

A table may start with a line of column headings.
"""

import re
from collections.abc import Sequence

from sessions.schedule_text.plain_text import plain

_HEADINGS: dict[str, str] = {
    name: role
    for role, names in {
        "number": "no|no.|#|nr|number|numero|session|session #|session no|session number|seance|week|semaine|module|"
        "no de seance",
        "date": "date|dates|day|jour|when|quand|date and time|date & time|date et heure|session date",
        "time": "time|times|hour|heure|heures|horaire|heure (he)|time (et)|start time|start|starts|end|ends|end time|"
        "debut|fin|duration|duree",
        "title": "title|titre|topic|topics|sujet|theme|session title|session topic|presentation|subject|webinar|"
        "webinaire|"
        "titre de la seance|didactic topic|didactic|titre (francais)|title (english)|english title|titre francais",
        "presenter": "presenter|presenters|speaker|speakers|facilitator|facilitators|conferencier|conferenciere|"
        "conferenciers|conferencier(e)|presentateur|presentatrice|animateur|animatrice|expert|faculty|intervenant|"
        "personne-ressource|presenter(s)|speaker(s)|guest speaker",
        "link": "register|registration|registration link|link|lien|inscription|zoom link",
        "other": "location|lieu|format|credits|language|langue|notes|objectives|objectifs|hub|audience|cost|time zone|"
        "fuseau horaire",
    }.items()
    for name in names.split("|")
}


def cells_of(line: str) -> list[str]:
    """Return the cells of a line, or an empty list if the line is not a row of a table.

    A row of a table contains tabs, or starts and ends with a vertical bar.
    """
    if "\t" in line.strip():
        cells = line.split("\t")
    elif line.strip().startswith("|") and line.strip().endswith("|") and len(line.strip()) > 2:
        cells = line.strip()[1:-1].split("|")
    else:
        return []
    return [cell.strip() for cell in cells]


def heading_roles(cells: Sequence[str]) -> list[str]:
    """Return the role of each column, or an empty list if the cells are not column headings.

    In a line of column headings, at most one cell is unknown, and one is the heading of a date, a title or a number.
    """
    names = [re.sub(r"\s+", " ", plain(cell)).strip(" :*") for cell in cells]
    roles = [_HEADINGS.get(name, "other") for name in names]
    known = [name in _HEADINGS for name in names if name]
    if len(known) < 2 or known.count(False) > 1 or not {"date", "title", "number"} & set(roles):
        return []
    return roles


def is_rule(line: str) -> bool:
    """Return whether a line is only the border of a table, such as "|---|---|"."""
    return bool(re.fullmatch(r"[\s|:+=_-]{3,}", line)) and bool(re.search(r"[-=_]{3}", line))
