"""Attendances by attributes of people, which are counted and rounded for each session, and then added up (ADR 35)."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator

from django.db import connection
from django.utils import timezone

from accounts.models import Person
from attendance.models import Attendance
from echo_portal.reports.rounding import SessionCounts, rounded
from sessions.models import Session

PROFESSION, PROVINCE, AREA, SETTINGS = "profession", "province", "area", "settings"
AFTER_CODE, AFTER_SETTING = ",", " "
ATTRIBUTES = {
    PROFESSION: "profession",
    PROVINCE: "province",
    AREA: "substr(forward_sortation_area, 2, 1)",
    SETTINGS: f"array_to_string(practice_settings, '{AFTER_SETTING}')",
}
# A row for each session whose attendance is known, with the codes of everyone who attended, one person after the other.
# PostgreSQL writes them in a quarter of the time in which it counts the groups of each attribute. OFFSET 0 makes it
# write the codes of a person once.
CODES = f"""
SELECT present.session_id,
    coalesce(string_agg(person.codes, '{AFTER_CODE}') FILTER (WHERE present.role = '{Attendance.Role.ATTENDEE}'), '')
FROM {Attendance._meta.db_table} AS present JOIN (
    SELECT id, concat_ws('{AFTER_CODE}', {", ".join(ATTRIBUTES.values())}) AS codes
    FROM {Person._meta.db_table} OFFSET 0
) AS person ON person.id = present.person_id
WHERE present.seconds > 0 AND present.session_id = ANY(%s)
GROUP BY 1
"""  # noqa: S608 (names of tables and columns)
RURAL = "0"  # the second character of a rural postal code


@dataclasses.dataclass(frozen=True)
class Groups:
    """The counts of sessions, which are rounded only when they are needed.

    `years` contains the sessions that a hub held in a year, sorted by date. `attended` is the number of people who
    attended each session whose attendance is known. `codes` contains the codes of the people of each session, one after
    another.
    """

    years: list[list[int]]
    attended: dict[int, int]
    codes: dict[int, list[str]]
    _rounded: dict[tuple[str, int], dict[int, dict[str, int]]] = dataclasses.field(default_factory=dict)

    def counts(self, attribute: str, sessions: Collection[int]) -> dict[str, int]:
        """Return the sum of the counts of these sessions, by group. Groups with a sum of zero are left out."""
        found: dict[str, int] = {}
        for number, year in enumerate(self.years):
            if any(session in sessions for session in year):
                for session, groups in self._of_year(attribute, number).items():
                    if session in sessions:
                        for group, count in groups.items():
                            found[group] = found.get(group, 0) + count
        return found

    def _of_year(self, attribute: str, number: int) -> dict[int, dict[str, int]]:
        if (attribute, number) not in self._rounded:
            rows = self._rows(attribute, self.years[number])
            self._rounded[attribute, number] = rounded(rows, overlap=attribute == SETTINGS)
        return self._rounded[attribute, number]

    def _rows(self, attribute: str, year: list[int]) -> Iterator[SessionCounts]:
        """Yield the counts of each session. People whose group is not known are in none of the groups."""
        position = list(ATTRIBUTES).index(attribute)
        for session in year:
            if self.attended.get(session):
                codes = self.codes[session][position :: len(ATTRIBUTES)]
                groups = Counter(AFTER_SETTING.join(codes).split(AFTER_SETTING) if attribute == SETTINGS else codes)
                del groups[""]
                yield SessionCounts(session, self.attended[session], groups)


def load_groups(hubs: frozenset[int] | None, first: dt.date, last: dt.date) -> Groups:
    """Return the counts of the sessions that these hubs (None: all) held from `first` to `last`; two queries.

    The sessions of a hub are rounded one after another, beginning on January 1 of each year. The rounded counts of a
    session therefore depend neither on what a reader selects, nor on later sessions.
    """
    held = Session.objects.public().held(timezone.now()).filter(on_date__range=(first.replace(month=1, day=1), last))
    if hubs is not None:
        held = held.filter(series__hub__in=hubs)
    years: dict[tuple[int, str], list[int]] = {}
    for hub, day, session in held.order_by("on_date", "pk").values_list("series__hub", "on_date", "pk"):
        years.setdefault((hub, str(day)[:4]), []).append(session)
    found = Groups(list(years.values()), {}, {})
    with connection.cursor() as cursor:
        cursor.execute(CODES, [[session for sessions in years.values() for session in sessions]])
        for session, text in cursor:
            found.codes[session] = codes = text.split(AFTER_CODE)
            found.attended[session] = len(codes) // len(ATTRIBUTES)
    return found
