"""Match rows to people: by address, or by a match remembered for the series, never by name (DOMAIN.md A-1).

Only people with a registration in the series are matched, so that coordinators do not see people of other hubs.
"""

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from attendance.models import AttendanceImport, AttendanceRow
from registrations.models import Registration
from sessions.models import Series

# For each row with times, the person with its address, else the person of its remembered match.
MATCHES = """
    SELECT line.id,
           COALESCE(person.id, alias.person_id) AS person_id,
           CASE WHEN person.id IS NOT NULL THEN 'address' ELSE 'alias' END AS matched_by
      FROM attendance_attendancerow line
      LEFT JOIN accounts_person owner ON line.email <> '' AND owner.email_key = line.email
      LEFT JOIN accounts_person person
        ON person.id = COALESCE(owner.merged_into_id, owner.id)
       AND EXISTS (SELECT 1 FROM registrations_registration place
                     JOIN echo_sessions_session taught ON taught.id = place.session_id
                    WHERE place.person_id = person.id AND taught.series_id = %(series)s)
      LEFT JOIN attendance_attendancealias alias
        ON alias.series_id = %(series)s AND alias.key = line.key
     WHERE line.report_id = %(report)s AND line.outcome = 'counted'
       AND (person.id IS NOT NULL OR alias.person_id IS NOT NULL)
"""


def people_of_series(series: Series) -> QuerySet[Person]:
    """Return the people with a registration in the series, in any state."""
    places = Registration.objects.filter(person=OuterRef("pk"), session__series=series)
    people: QuerySet[Person] = Person.objects.get_queryset().filter(Exists(places))
    return people


def preview(report: AttendanceImport) -> tuple[int, int, int]:
    """Return how many people an import counts, how many rows it matches, and how many rows it leaves undecided."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT person_id), count(*) FROM ({MATCHES}) found",  # noqa: S608 (our own text)
            {"report": report.pk, "series": report.session.series_id},
        )
        people, matched = cursor.fetchone()
    return people, matched, report.counted - matched + report.to_decide


def rows_to_decide(report: AttendanceImport) -> QuerySet[AttendanceRow]:
    """Return the rows of an imported report that a coordinator must match to a person."""
    return AttendanceRow.objects.unmatched().filter(report=report)
