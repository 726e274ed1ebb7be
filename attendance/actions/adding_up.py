"""Compute the attendances of one session from its evidence, and save them with one SQL statement.

An attendance depends only on the rows of the live report, the corrections and the hub's memberships, so undoing an
import restores the previous attendances. Overlapping stays are united and short gaps are closed, in the same way as in
`attendance.reading.intervals`.
"""

from django.db import connection

from attendance.reading.intervals import BRIDGED_GAP
from sessions.models import Session

ADD_UP = """
WITH
live AS (
    SELECT id, window_start, window_end, imported_at, imported_by_id
      FROM attendance_attendanceimport WHERE session_id = %(session)s AND state = 'imported'
),
stays AS (
    SELECT line.id, line.person_id, line.joined_at, line.left_at,
           CASE line.role WHEN 'host' THEN 0 WHEN 'panelist' THEN 1 ELSE 2 END AS rank,
           max(line.left_at) OVER earlier AS left_before
      FROM attendance_attendancerow line JOIN live ON live.id = line.report_id
     WHERE line.outcome = 'counted' AND line.person_id IS NOT NULL
    WINDOW earlier AS (
        PARTITION BY line.person_id ORDER BY line.joined_at, line.left_at, line.id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),
islands AS (
    SELECT person_id, joined_at, left_at, rank,
           count(*) FILTER (WHERE left_before IS NULL OR joined_at > left_before + %(gap)s * interval '1 second')
             OVER (PARTITION BY person_id ORDER BY joined_at, left_at, id ROWS UNBOUNDED PRECEDING) AS island
      FROM stays
),
spans AS (
    SELECT person_id, min(joined_at) AS joined_at, max(left_at) AS left_at, min(rank) AS rank
      FROM islands GROUP BY person_id, island
),
reported AS (
    SELECT spans.person_id, min(spans.rank) AS rank,
           sum(GREATEST(0, extract(epoch FROM LEAST(spans.left_at, live.window_end)
                                            - GREATEST(spans.joined_at, live.window_start))))::int AS seconds
      FROM spans CROSS JOIN live GROUP BY spans.person_id
),
earlier_reports AS (
    SELECT DISTINCT line.person_id
      FROM attendance_attendancerow line
      JOIN attendance_attendanceimport report ON report.id = line.report_id
     WHERE report.session_id = %(session)s AND report.state = 'superseded' AND line.outcome = 'counted'
       AND line.person_id IS NOT NULL AND EXISTS (SELECT 1 FROM live)
),
decided AS (
    SELECT DISTINCT ON (person_id) person_id, seconds_after, kind, made_at, made_by_id
      FROM attendance_attendancecorrection WHERE session_id = %(session)s AND kind <> 'match'
     ORDER BY person_id, made_at DESC, id DESC
),
everybody AS (
    SELECT person_id FROM reported
    UNION SELECT person_id FROM earlier_reports
    UNION SELECT person_id FROM decided WHERE seconds_after IS NOT NULL
),
facts AS (
    SELECT everybody.person_id, reported.rank, decided.kind, decided.made_at, decided.made_by_id,
           CASE WHEN reported.person_id IS NOT NULL THEN reported.seconds
                WHEN earlier_reports.person_id IS NOT NULL THEN 0 END AS reported_seconds,
           -- A roll call says who was there; a report that lists the person says for how long.
           CASE WHEN decided.kind = 'roll-call' AND reported.seconds > 0 THEN NULL
                ELSE decided.seconds_after END AS corrected_seconds
      FROM everybody
      LEFT JOIN reported USING (person_id)
      LEFT JOIN earlier_reports USING (person_id)
      LEFT JOIN decided USING (person_id)
),
taken_back AS (
    DELETE FROM attendance_attendance
     WHERE session_id = %(session)s AND person_id NOT IN (SELECT person_id FROM everybody)
)
INSERT INTO attendance_attendance AS old (
    person_id, session_id, registration_id, report_id, window_seconds, reported_seconds, corrected_seconds, seconds,
    source, role, confirmed_at, confirmed_by_id
)
SELECT facts.person_id,
       %(session)s,
       (SELECT id FROM registrations_registration place
         WHERE place.person_id = facts.person_id AND place.session_id = %(session)s),
       CASE WHEN facts.reported_seconds IS NOT NULL THEN live.id END,
       extract(epoch FROM COALESCE(live.window_end, taught.ends_at) - COALESCE(live.window_start, taught.starts_at)),
       facts.reported_seconds,
       facts.corrected_seconds,
       COALESCE(facts.corrected_seconds, facts.reported_seconds),
       CASE WHEN facts.corrected_seconds IS NULL THEN 'report' ELSE facts.kind END,
       CASE WHEN facts.rank = 0 OR EXISTS (SELECT 1 FROM hubs_membership WHERE hubs_membership.person_id
                = facts.person_id AND hubs_membership.hub_id = series.hub_id) THEN 'team'
            WHEN facts.rank = 1 THEN 'presenter' ELSE 'attendee' END,
       CASE WHEN facts.corrected_seconds IS NULL THEN live.imported_at ELSE facts.made_at END,
       CASE WHEN facts.corrected_seconds IS NULL THEN live.imported_by_id ELSE facts.made_by_id END
  FROM facts
  JOIN echo_sessions_session taught ON taught.id = %(session)s
  JOIN echo_sessions_series series ON series.id = taught.series_id
  LEFT JOIN live ON true
 ORDER BY facts.person_id
ON CONFLICT (person_id, session_id) DO UPDATE SET
    registration_id = EXCLUDED.registration_id, report_id = EXCLUDED.report_id,
    window_seconds = EXCLUDED.window_seconds, reported_seconds = EXCLUDED.reported_seconds,
    corrected_seconds = EXCLUDED.corrected_seconds, seconds = EXCLUDED.seconds, source = EXCLUDED.source,
    role = EXCLUDED.role, confirmed_at = EXCLUDED.confirmed_at, confirmed_by_id = EXCLUDED.confirmed_by_id
 WHERE (old.registration_id, old.report_id, old.window_seconds, old.reported_seconds, old.corrected_seconds,
        old.source, old.role, old.confirmed_at, old.confirmed_by_id)
       IS DISTINCT FROM
       (EXCLUDED.registration_id, EXCLUDED.report_id, EXCLUDED.window_seconds, EXCLUDED.reported_seconds,
        EXCLUDED.corrected_seconds, EXCLUDED.source, EXCLUDED.role, EXCLUDED.confirmed_at, EXCLUDED.confirmed_by_id)
"""


def add_up(session: Session) -> None:
    """Compute and save the attendances of the session. The caller must have locked it in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP, {"session": session.pk, "gap": BRIDGED_GAP})
