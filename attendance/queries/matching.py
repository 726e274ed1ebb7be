"""Match rows to people: by address, or by a match remembered for the series, never by name (DOMAIN.md A-1).

A corrected report keeps what was decided by hand about the rows that it shares with the report that it replaces.

Only people with a registration in the series are matched, so that coordinators do not see people of other hubs.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Person
from attendance.models import AttendanceImport, AttendanceRow
from attendance.models.attendance_row import AttendanceRowQuerySet
from registrations.models import Registration
from sessions.models import Series, Session

# For each row of a report that is matched or decided when the report is imported: the decision about an identical row
# of the report that it replaces, else the person with the row's address, else the person of its remembered match. A
# match remembered by a name is not used if somebody else in the series has this name.
#
# Rows are identical if all their contents are. Of several identical rows in one report, the first corresponds to the
# first, the second to the second; if the reports have different numbers of them, it is unknown which is which.
MATCHES = """
    WITH previous AS (
        SELECT live.id FROM attendance_attendanceimport live
          JOIN attendance_attendanceimport report ON report.session_id = live.session_id
         WHERE report.id = %(report)s AND live.id <> report.id AND live.state = 'imported'
           AND live.file_erased_at IS NULL
    ),
    lines AS (
        SELECT id, report_id, row, person_id, decided_at, decided_by_id, set_aside_at,
               ROW(name, email, registrant, role, key, outcome, code, facts, joined_at, left_at, minutes)::text
                   AS contents
          FROM attendance_attendancerow
         WHERE EXISTS (SELECT 1 FROM previous)
           AND (report_id = %(report)s OR report_id IN (SELECT id FROM previous))
    ),
    numbered AS (
        SELECT *, row_number() OVER (PARTITION BY report_id, contents ORDER BY row, id) AS nth,
               count(*) OVER (PARTITION BY report_id, contents) AS copies
          FROM lines
    ),
    carried AS (
        SELECT line.id, before.person_id, before.decided_at, before.decided_by_id, before.set_aside_at
          FROM numbered line JOIN numbered before USING (contents, nth, copies)
         WHERE line.report_id = %(report)s AND before.report_id <> %(report)s AND before.decided_at IS NOT NULL
    )
    SELECT line.id,
           CASE WHEN carried.id IS NOT NULL THEN carried.person_id
                ELSE COALESCE(person.id, alias.person_id) END AS person_id,
           CASE WHEN carried.person_id IS NOT NULL THEN 'carried' WHEN carried.id IS NOT NULL THEN ''
                WHEN person.id IS NOT NULL THEN 'address' ELSE 'alias' END AS matched_by,
           carried.decided_at, carried.decided_by_id, carried.set_aside_at
      FROM attendance_attendancerow line
      LEFT JOIN carried ON carried.id = line.id
      LEFT JOIN accounts_person owner ON line.email <> '' AND owner.email_key = line.email
      LEFT JOIN accounts_person person
        ON person.id = COALESCE(owner.merged_into_id, owner.id)
       AND EXISTS (SELECT 1 FROM registrations_registration place
                     JOIN echo_sessions_session taught ON taught.id = place.session_id
                    WHERE place.person_id = person.id AND taught.series_id = %(series)s)
      LEFT JOIN attendance_attendancealias alias
        ON alias.series_id = %(series)s AND alias.key = line.key
       AND NOT (alias.key LIKE 'name:%%'
                AND EXISTS (SELECT 1 FROM registrations_registration place
                              JOIN echo_sessions_session taught ON taught.id = place.session_id
                              JOIN accounts_person other ON other.id = place.person_id
                             WHERE taught.series_id = %(series)s AND other.id <> alias.person_id
                               AND alias.key IN ('name:' || other.sort_key, 'name:' || place.form_sort_key)))
     WHERE line.report_id = %(report)s
       AND (carried.id IS NOT NULL
            OR line.outcome = 'counted' AND (person.id IS NOT NULL OR alias.person_id IS NOT NULL))
"""


class Match(NamedTuple):
    """The match of a row of a report, or that it is set aside.

    `is_carried` is true if this was decided about an identical row of the report that is replaced.
    """

    row: int
    person: int | None
    is_carried: bool
    is_set_aside: bool


def matches_of(report: AttendanceImport) -> list[Match]:
    """Return the rows that are matched or decided or, for a dry run, would be if it were imported now."""
    if not report.is_draft:
        decided = report.rows.filter(Q(person__isnull=False) | Q(set_aside_at__isnull=False))
        values = decided.values_list("pk", "person", "matched_by", "set_aside_at")
        return [Match(pk, person, how == "carried", aside is not None) for pk, person, how, aside in values]
    with connection.cursor() as cursor:
        cursor.execute(MATCHES, {"report": report.pk, "series": report.session.series_id})
        rows = cursor.fetchall()
    return [Match(row, person, at is not None, aside is not None) for row, person, _how, at, _by, aside in rows]


def people_of_series(series: Series) -> QuerySet[Person]:
    """Return the people with a registration in the series, in any state."""
    places = Registration.objects.filter(person=OuterRef("pk"), session__series=series)
    people: QuerySet[Person] = Person.objects.get_queryset().filter(Exists(places))
    return people


def others_with_name(series: Series, key: str, person: Person) -> bool:
    """Return whether the key is a name that somebody else with a registration in the series has, too."""
    name = key.removeprefix("name:")
    if name == key:
        return False
    places = Registration.objects.filter(session__series=series).exclude(person=person)
    return places.filter(Q(person__sort_key=name) | Q(form_sort_key=name)).exists()


def addresses_in_series(series: Series, rows: Iterable[AttendanceRow]) -> set[str]:
    """Return which addresses in these rows are those of people of the series now."""
    people = people_of_series(series).filter(email_key__in={row.email for row in rows if row.email})
    return set(people.values_list("email_key", flat=True))


def rows_set_aside(session: Session) -> AttendanceRowQuerySet:
    """Return the rows of the report that counts that were set aside, the latest first.

    Rows whose names and addresses are erased are not included.
    """
    rows = AttendanceRow.objects.filter(
        report__session=session,
        report__state=AttendanceImport.State.IMPORTED,
        report__file_erased_at__isnull=True,
        set_aside_at__isnull=False,
    )
    return rows.select_related("report", "decided_by").defer("report__file").order_by("-set_aside_at", "row", "pk")


def rows_to_decide() -> AttendanceRowQuerySet:
    """Return the rows of imported reports that a coordinator must match to a person.

    Rows whose names and addresses are erased are not included: nobody can say whose they are.
    """
    return AttendanceRow.objects.unmatched().filter(report__file_erased_at__isnull=True)
