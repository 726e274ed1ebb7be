"""Find the series whose ledger is stale because attendances or accreditations have changed (ADR 20).

A fingerprint is a hash of the data from which a ledger is computed, except who answered an evaluation: a ledger that
changed within seconds would tell when somebody did, so `issue_answered` updates it every five minutes (ADR 47). It is
a sum of hashes, so that the order of the rows does not matter, and one SQL statement can compute the fingerprints of
all series.
"""

from collections.abc import Collection

from django.db import connection

FINGERPRINTS = """
WITH wanted AS (
    SELECT series.id, series.choose_one FROM echo_sessions_series series
     WHERE (EXISTS (SELECT 1 FROM credits_accreditation record WHERE record.series_id = series.id)
            OR EXISTS (SELECT 1 FROM credits_certificate issued WHERE issued.series_id = series.id))
       AND (%(all)s OR series.id = ANY(%(series)s))
),
records AS (
    SELECT series_id,
           sum(hash_record_extended(ROW(
               record.id, scheme, credits_per_hour, credit_step, max_per_session, max_credits, valid_from, valid_to,
               statement_en <> '' AND statement_fr <> '', professions, evaluation_required
           ), 0)::numeric) AS hash
      FROM credits_accreditation record GROUP BY series_id
),
certified AS (
    SELECT taught.series_id, sum(hash_record_extended(ROW(one.accreditation_id, one.session_id), 0)::numeric) AS hash
      FROM credits_certifiedsession one JOIN echo_sessions_session taught ON taught.id = one.session_id
     GROUP BY taught.series_id
),
attended AS (
    SELECT taught.series_id, count(*) AS count,
           sum(hash_record_extended(ROW(
               there.person_id, there.session_id, there.seconds, there.window_seconds, taught.on_date,
               taught.starts_at, taught.number, person.profession
           ), 0)::numeric) AS hash
      FROM attendance_attendance there
      JOIN echo_sessions_session taught ON taught.id = there.session_id
      JOIN accounts_person person ON person.id = there.person_id
      JOIN wanted ON wanted.id = taught.series_id
     GROUP BY taught.series_id
)
SELECT wanted.id,
       concat_ws('/', wanted.choose_one, records.hash, certified.hash, attended.count, attended.hash) AS fingerprint
  FROM wanted
  LEFT JOIN records ON records.series_id = wanted.id
  LEFT JOIN certified ON certified.series_id = wanted.id
  LEFT JOIN attended ON attended.series_id = wanted.id
"""
STALE = f"""
SELECT now.id FROM ({FINGERPRINTS}) now LEFT JOIN credits_ledgerstate state ON state.series_id = now.id
 WHERE state.fingerprint IS DISTINCT FROM now.fingerprint ORDER BY now.id
"""  # noqa: S608 (our own text)


def fingerprint_of(series_id: int) -> str:
    """Return the current fingerprint of a series, or "" if it has no accreditation."""
    return dict(_run(FINGERPRINTS, [series_id])).get(series_id, "")


def series_with_stale_ledger() -> list[int]:
    """Return the IDs of the series whose ledger must be computed again."""
    return [row[0] for row in _run(STALE, None)]


def _run(statement: str, series: Collection[int] | None) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"all": series is None, "series": list(series or [])})
        found: list[tuple[int, str]] = cursor.fetchall()
    return found
