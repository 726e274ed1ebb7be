"""The start page lists rows of reports that wait for a decision, and people who have not given feedback yet."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from attendance.actions import erase_old_reports
from attendance.models import AttendanceImport, AttendanceRow
from echo_portal.admin.start_page import what_needs_doing
from echo_portal.admin.urgency import ToDoKind
from evaluations.models import Evaluation, Invitation
from hubs.models import Hub
from sessions.models import Series, Session
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db
QUERIES = 22
WORDS = {
    "en": [
        "2 rows of the attendance report of Series bc-0: 1. bc-0 1 wait for a decision.",
        "1 person who attended Series bc-0: 1. bc-0 1 has not given feedback yet.",
    ],
    "fr": [
        "2 lignes du rapport de présence de Série bc-0\u00a0: 1. Titre attendent une décision.",
        "1 personne présente à Série bc-0\u00a0: 1. Titre n’a pas encore donné son avis.",
    ],
}


def create_held(programme: Programme, people: People, hub: Hub, number: int = 1) -> None:
    """Insert sessions with a report that has two rows to decide, and an evaluation that one of two people answered."""
    now = timezone.now()
    series = Series.objects.bulk_create(programme.new_series(f"{hub.slug}-{one}", hub=hub) for one in range(number))
    sessions = Session.objects.bulk_create(
        programme.new_session(one, 1, days=-4, title_fr="Titre", join_url="https://zoom.us/j/1") for one in series
    )
    reports = AttendanceImport.objects.bulk_create(
        AttendanceImport(
            session=session,
            state="imported",
            file_name="report.csv",
            sha256="0" * 64,
            size=1,
            file=b"x",
            zone=session.time_zone,
            layout="Z-M1",
            window_start=now - dt.timedelta(days=4, hours=1),
            window_end=now - dt.timedelta(days=4),
            counted=0,
            dropped=1,
            refused=0,
            to_decide=2,
            uploaded_at=now,
            imported_at=now,
        )
        for session in sessions
    )
    AttendanceRow.objects.bulk_create(
        AttendanceRow(report=report, row=row, name="Luc", outcome=outcome)
        for report in reports
        for row, outcome in enumerate(("unmatched", "unmatched", "dropped"), 1)
    )
    evaluations = Evaluation.objects.bulk_create(
        Evaluation(session=session, opened_at=now - dt.timedelta(days=4), closes_at=now + dt.timedelta(days=10))
        for session in sessions
    )
    Invitation.objects.bulk_create(
        Invitation(evaluation=evaluation, person=person, has_answered=person == people.ama)
        for evaluation in evaluations
        for person in (people.ama, people.luc)
    )


def listed(person: Person) -> list[ToDoKind]:
    return what_needs_doing(person, timezone.now())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_hub_sees_what_waits_after_its_sessions(programme: Programme, people: People, language: str) -> None:
    create_held(programme, people, programme.bc)
    create_held(programme, people, programme.national, number=2)
    coordinator = people.coordinator(programme.bc)
    with translation.override(language):
        assert [row.sentence for kind in listed(coordinator) for row in kind.rows] == WORDS[language]
    assert [kind.count for kind in listed(people.coordinator(programme.national))] == [2, 2]
    assert [kind.count for kind in listed(people.staff)] == [3, 3]
    assert listed(people.make("none@example.org", "No Hub", is_staff=True)) == []


def test_list_and_button_lead_to_what_waits(programme: Programme, people: People) -> None:
    create_held(programme, people, programme.bc, number=2)
    create_held(programme, people, programme.national)
    coordinator = people.coordinator(programme.bc)
    client = signed_in_client(coordinator)
    kinds = listed(coordinator)
    assert [client.get(kind.url).context["cl"].result_count for kind in kinds] == [2, 2]
    assert [[client.get(row.url).status_code for row in kind.rows] for kind in kinds] == [[200, 200], [200, 200]]
    session = Session.objects.get(series__slug="bc-0")
    assert kinds[0].rows[0].url.startswith(reverse("admin:attendance_desk", args=(session.pk,)))
    assert kinds[1].rows[0].url.startswith(reverse("admin:echo_sessions_series_feedback", args=(session.series_id,)))


def test_decided_rows_and_closed_evaluations_are_not_listed(programme: Programme, people: People) -> None:
    create_held(programme, people, programme.bc)
    coordinator = people.coordinator(programme.bc)
    first, second = AttendanceRow.objects.filter(outcome="unmatched").order_by("row")
    AttendanceRow.objects.filter(pk=first.pk).update(person=people.luc, matched_by="hand")
    assert "1 row of the attendance report of" in listed(coordinator)[0].rows[0].sentence
    AttendanceRow.objects.filter(pk=second.pk).update(set_aside_at=timezone.now())
    Evaluation.objects.update(closes_at=timezone.now())
    assert listed(coordinator) == []


def test_rows_of_erased_reports_are_not_listed(programme: Programme, people: People) -> None:
    create_held(programme, people, programme.bc)
    Evaluation.objects.update(closes_at=timezone.now())
    AttendanceImport.objects.update(imported_at=timezone.now() - dt.timedelta(days=91))
    assert erase_old_reports(now=timezone.now()) == (1, 0)
    coordinator = people.coordinator(programme.bc)
    assert listed(coordinator) == []
    session = Session.objects.get()
    client = signed_in_client(coordinator)
    assert "wait for a person" not in says(client.get(reverse("admin:attendance_session", args=(session.pk,))))
    assert "No row waits for a person." in says(client.get(reverse("admin:attendance_desk", args=(session.pk,))))


def test_dry_run_and_answered_evaluation_are_not_listed(programme: Programme, people: People) -> None:
    create_held(programme, people, programme.bc)
    AttendanceImport.objects.update(state="draft", imported_at=None)
    Invitation.objects.update(has_answered=True)
    assert listed(people.coordinator(programme.bc)) == []


@pytest.mark.parametrize("number", [1, 300])
def test_query_count_with_held_sessions_is_constant(programme: Programme, people: People, number: int) -> None:
    create_held(programme, people, programme.bc, number=number)
    client = signed_in_client(people.coordinator(programme.bc))
    client.get(reverse("admin:index"))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse("admin:index")).status_code == 200
    assert len(seen) == QUERIES
