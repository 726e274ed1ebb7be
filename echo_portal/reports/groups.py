"""Attendances by attributes of people: counted for each session, rounded, and added (ADR 35)."""

import dataclasses
import datetime as dt
import functools
from collections import Counter
from collections.abc import Collection, Iterator

from django.db import connection
from django.utils import timezone

from accounts.models import Person
from accounts.vocabularies import ServesRural
from attendance.models import Attendance
from echo_portal.reports.rounding import SessionCounts, rounded
from sessions.models import Session

PROFESSION, PROVINCE, AREA, COMMUNITY, SETTINGS = "profession", "province", "area", "community", "settings"
AFTER_CODE, AFTER_SETTING = ",", " "
RURAL, URBAN = "0", "2"  # the second character of a rural postal code is 0, that of others another digit
ATTRIBUTES = {
    PROFESSION: "profession",
    PROVINCE: "province",
    # Two groups only: each group is rounded, so more groups would make the share of rural areas too large.
    AREA: f"CASE substr(forward_sortation_area, 2, 1) WHEN '' THEN '' WHEN '{RURAL}' THEN '{RURAL}' ELSE '{URBAN}' END",
    COMMUNITY: f"CASE WHEN serves_rural <> '{ServesRural.UNSAID}' THEN serves_rural ELSE '' END",
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

# The sessions that a hub held in a year, in the order of their dates, each with the codes of everyone who attended.
Year = tuple[tuple[int, str], ...]


@dataclasses.dataclass(frozen=True)
class Groups:
    """The groups of sessions. `attended` is the number of people by session, if its attendance is known."""

    years: list[Year]
    attended: dict[int, int]

    def total(self, sessions: Collection[int]) -> int:
        """Return how many attendances these sessions have, which is displayed exactly."""
        return sum(self.attended.get(session, 0) for session in sessions)

    def counts(self, attribute: str, sessions: Collection[int]) -> dict[str, int]:
        """Return the sum of the rounded counts of these sessions, by group. Groups with a sum of zero are left out."""
        found: dict[str, int] = {}
        for year in self.years:
            if any(session in sessions for session, _codes in year):
                for session, groups in _rounded(attribute, year).items():
                    if session in sessions:
                        for group, count in groups.items():
                            found[group] = found.get(group, 0) + count
        return found


@functools.lru_cache(maxsize=4096)
def _rounded(attribute: str, year: Year) -> dict[int, dict[str, int]]:
    """Return the rounded counts by session and group. A year whose codes did not change is not computed again."""
    return rounded(_rows(attribute, year), overlap=attribute == SETTINGS)


def _rows(attribute: str, year: Year) -> Iterator[SessionCounts]:
    """Yield the counts of each session. People whose group is not known are in none of the groups."""
    position = list(ATTRIBUTES).index(attribute)
    for session, text in year:
        if text:
            codes = text.split(AFTER_CODE)[position :: len(ATTRIBUTES)]
            groups = Counter(AFTER_SETTING.join(codes).split(AFTER_SETTING) if attribute == SETTINGS else codes)
            del groups[""]
            yield SessionCounts(session, len(codes), groups)


def load_groups(hubs: frozenset[int] | None, first: dt.date, last: dt.date) -> Groups:
    """Return the counts of the sessions that these hubs (None: all) held from `first` to `last`; two queries.

    The sessions of a hub are rounded one after another, beginning on January 1 of each year. The rounded counts of a
    session therefore depend neither on what a reader selects, nor on later sessions.
    """
    held = Session.objects.public().held(timezone.now()).filter(on_date__range=(first.replace(month=1, day=1), last))
    if hubs is not None:
        held = held.filter(series__hub__in=hubs)
    days = list(held.order_by("on_date", "pk").values_list("series__hub", "on_date", "pk"))
    with connection.cursor() as cursor:
        cursor.execute(CODES, [[session for _hub, _day, session in days]])
        codes: dict[int, str] = dict(cursor.fetchall())
    years: dict[tuple[int, str], list[tuple[int, str]]] = {}
    for hub, day, session in days:
        if session in codes:
            years.setdefault((hub, str(day)[:4]), []).append((session, codes[session]))
    attended = {session: (text.count(AFTER_CODE) + 1) // len(ATTRIBUTES) for session, text in codes.items()}
    return Groups([tuple(year) for year in years.values()], attended)
