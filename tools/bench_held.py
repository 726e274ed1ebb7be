"""Write attendances, evaluations and answers, by SQL, for the held sessions of the sample data."""

from collections.abc import Callable

from django.db import connection, transaction

from attendance.models import Attendance
from evaluations.models import AnswerSheet

STATEMENTS = (
    # Seven of eight registrants attended, as published.
    """
    INSERT INTO attendance_attendance (person_id, session_id, registration_id, window_seconds, corrected_seconds,
        seconds, source, role, confirmed_at)
    SELECT place.person_id, place.session_id, place.id, 3600, 3600, 3600, 'roll-call', 'attendee', session.over_at
    FROM registrations_registration AS place JOIN echo_sessions_session AS session ON session.id = place.session_id
    WHERE place.state = 'registered' AND session.over_at < now() AND session.state IN ('published', 'rescheduled')
        AND place.id % 8 > 0
    """,
    """
    INSERT INTO evaluations_evaluation (session_id, opened_at, closes_at, is_condition, condition_ended)
    SELECT DISTINCT session.id, session.over_at, session.over_at + interval '14 days', false, false
    FROM attendance_attendance AS present JOIN echo_sessions_session AS session ON session.id = present.session_id
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO evaluations_evaluationquestion (evaluation_id, question_id, position)
    SELECT evaluation.id, question.id, question.position
    FROM evaluations_evaluation AS evaluation CROSS JOIN evaluations_question AS question
    WHERE question.hub_id IS NULL AND NOT question.only_certified AND question.retired_at IS NULL
    ON CONFLICT DO NOTHING
    """,
    # 29 of 100 answered, as published.
    """
    INSERT INTO evaluations_invitation (evaluation_id, person_id, has_answered)
    SELECT evaluation.id, present.person_id, present.id % 100 < 29
    FROM evaluations_evaluation AS evaluation JOIN attendance_attendance AS present USING (session_id)
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO evaluations_answersheet (id, evaluation_id, language, answers)
    SELECT gen_random_uuid(), asked.evaluation_id, 'en', scales.answers
    FROM evaluations_invitation AS asked CROSS JOIN (
        SELECT jsonb_object_agg(id::text, 3 + id % 3) AS answers FROM evaluations_question
        WHERE kind = 'agree' AND hub_id IS NULL AND NOT only_certified
    ) AS scales
    WHERE asked.has_answered
    """,
    "ANALYZE",
)


def write_what_was_held(say: Callable[[str], None]) -> None:
    """Write the rows, unless an earlier run has written them."""
    if Attendance.objects.count() > 10_000:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)
    say(f"{Attendance.objects.count()} attendances and {AnswerSheet.objects.count()} answers were written.")
