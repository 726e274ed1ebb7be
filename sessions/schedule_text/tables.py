"""Parse tables that were pasted as text, with cells separated by tabs or vertical bars.

A table may start with a line of column headings.
"""

import re
from collections.abc import Sequence

from sessions.schedule_text.plain_text import plain
from sessions.schedule_text.times import zone_of_cell

_HEADINGS: dict[str, str] = {
    name: role
    for role, names in {
        "number": "no|no.|#|nr|number|numero|session|session #|session no|session number|seance|week|semaine|module|"
        "no de seance",
        "date": "start date|start date/time|date and hour|date de debut|"
        "date|dates|day|jour|when|quand|date and time|date & time|date et heure|session date",
        "time": "heure de debut|heure de fin|duration (minutes)|duree (minutes)|"
        "time|times|hour|heure|heures|horaire|heure (he)|time (et)|start time|start|starts|end|ends|end time|"
        "debut|fin|duration|duree",
        "title": "name|title|titre|topic|topics|sujet|theme|session title|session topic|presentation|subject|webinar|"
        "webinaire|"
        "titre de la seance|didactic topic|didactic",
        "title_en": "title (english)|english title|title english|title (en)|title en|title_en|titre (anglais)|"
        "titre anglais|topic (english)|english topic",
        "title_fr": "title (french)|french title|title french|title (fr)|title fr|title_fr|titre (francais)|"
        "titre francais|titre (fr)|titre_fr|sujet (francais)",
        "presenter": "led by|presented by|presenter|presenters|speaker|speakers|facilitator|facilitators|"
        "conferencier|conferenciere|conferenciers|conferencier(e)|presentateur|presentatrice|animateur|animatrice|expert|faculty|intervenant|"
        "personne-ressource|presenter(s)|speaker(s)|guest speaker",
        "link": "register|registration|registration link|link|lien|inscription|zoom link",
        "zone": "time zone|timezone|zone|tz|fuseau|fuseau horaire|zone horaire",
        "other": "location|lieu|format|credits|language|langue|notes|objectives|objectifs|hub|audience|cost|"
        "id|id du webinaire|inscrits|capacite|etat|status|state|registered|registrants|capacity|seats|spots|"
        "description|room|salle|statut|places|end date|platform",
    }.items()
    for name in names.split("|")
}


# Words before the name of a column, such as "Event Name" and "Session Date"
_LEADING = re.compile(r"^(?:event|webinar|workshop|course|activity|meeting|session)\s+(?=[a-z])")
_FRENCH_TITLES = ("titre", "sujet", "theme", "webinaire", "titre de la seance")


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

    A line of column headings has at least one heading of a date, title or number, and at most one unknown cell or, with
    a date and a title, half as many unknown cells as headings.
    """
    names = [_LEADING.sub("", re.sub(r"\s+", " ", plain(cell)).replace("(s)", "")).strip(" :*") for cell in cells]
    roles = [_HEADINGS.get(name, "other") for name in names]
    known = [name in _HEADINGS for name in names if name]
    titles = {"title", "title_en", "title_fr"} & set(roles)
    most = known.count(True) // 2 if titles and {"date", "time"} & set(roles) else 1
    if (
        len(known) < 2
        or known.count(False) > max(1, most)
        or not {"date", "title", "title_en", "title_fr", "number"} & set(roles)
    ):
        return []
    titled = [at for at, role in enumerate(roles) if role.startswith("title")]
    if len(titled) == 2 and "title" in roles:  # "Title" beside "Titre" or "French title"
        for at in titled:
            if roles[at] == "title":
                roles[at] = "title_fr" if names[at] in _FRENCH_TITLES or "title_en" in roles else "title_en"
    return roles


def spans_of_cells(line: str) -> list[tuple[int, int]]:
    """Return the start and end of each text between tabs or, if there are none, between vertical bars."""
    separator = "\t" if "\t" in line else "|"
    spans, start = [], 0
    for cell in line.split(separator):
        spans.append((start, start + len(cell)))
        start += len(cell) + 1
    return spans if len(spans) > 1 else []


def zone_columns(lines: Sequence[str]) -> list[int | None]:
    """Return for each line the index of the column that contains only time zones, or None.

    It is the column with such a heading. Otherwise, it is a column without a heading, if at least half of its cells
    are zones.
    """
    found: list[int | None] = [None] * len(lines)
    tables: dict[tuple[int, int], tuple[set[int], list[int]]] = {}  # columns without a heading, and rows
    headed_at, roles, cells = 0, list[str](), list[str]()
    for at, line in enumerate(lines):
        spans = spans_of_cells(line)
        if not spans:
            roles = [] if line else roles
            continue
        if named := heading_roles([line[start:end].strip() for start, end in spans]):
            headed_at, roles, cells = at, named, [line[start:end].strip() for start, end in spans]
        elif "zone" in roles:
            found[at] = roles.index("zone")
        else:
            key = (headed_at if roles else -1, len(spans))
            bare = {column for column in range(len(spans)) if not roles or cells[column : column + 1] == [""]}
            tables.setdefault(key, (bare, []))[1].append(at)
    for columns, rows in tables.values():
        for column in sorted(columns):
            texts = [lines[at][slice(*spans_of_cells(lines[at])[column])].strip() for at in rows]
            zones = sum(zone_of_cell(text, is_zone_column=False) is not None for text in texts)
            if zones and zones * 2 >= sum(map(bool, texts)):
                for at in rows:
                    found[at] = column
                break
    return found


def is_rule(line: str) -> bool:
    """Return whether a line is only the border of a table, such as "|---|---|"."""
    return bool(re.fullmatch(r"[\s|:+=_-]{3,}", line)) and bool(re.search(r"[-=_]{3}", line))
