"""The run sheet of a session lists who is registered, with their profession, but contains no address."""

import contextlib
import datetime as dt
import io
import os
from pathlib import Path
from typing import Any

import page
import pypdf
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import AuditEvent
from echo_portal.lib.pdf import rendering
from echo_portal.lib.pdf.rendering import Renderer
from registrations.models import Registration
from registrations.printed.run_sheet import Line, run_sheet, run_sheet_pdf
from sessions.actions import give_role
from sessions.models import Session
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme, enroll
from tests.people import People


@pytest.fixture
def session(programme: Programme, people: People) -> Session:
    """Return a session for which Ama and Luc are registered and Sam waits.

    Somebody has also registered the address of a known person with a form.
    """
    series, (session,) = programme.open_series(sessions=1, title_fr="Communauté de pratique")
    Session.objects.filter(pk=session.pk).update(
        presenters=["Dr. Test Presenter"], join_telephone="1 800 555 0199", join_url="https://meet.example.org/secret"
    )
    for person in (people.luc, people.ama):
        enroll(person, series, session)
    enroll(people.stranger, series, session)
    Registration.objects.filter(person=people.stranger).update(state="waiting", waiting_number=1)
    typed = people.make("known@example.org", "Known Name", profession="NP", province="BC")
    typed.name = "Typed Name"
    enroll(typed, series, session, signed_in=False)
    return Session.objects.select_related("series").get(pk=session.pk)


def test_sheet_lists_names_professions_and_the_waiting_list(session: Session) -> None:
    with translation.override("en"), CaptureQueriesContext(connection) as asked:
        found = run_sheet(session, timezone.now())
    assert list(found.people) == [
        Line("Ama Okpik", "Registered nurse", "Nunavut"),
        Line("Luc Bélanger", "Personal support worker, health care aide or care assistant", "Quebec"),
        Line("Typed Name", "", ""),
    ]
    assert list(found.waiting) == [Line("Sam Stranger", "", "Ontario")]
    assert len(asked) == 3


def test_sheet_names_who_has_a_role(session: Session, programme: Programme, people: People) -> None:
    by = people.coordinator(programme.national)
    for role, name in (("facilitator", "Flo"), ("coach", "Max"), ("coach", "Kim"), ("presenter", "Prue")):
        give_role(session=session, role=role, name=name, email=f"{name.lower()}@example.org", by=by)
    with translation.override("en"):
        assert run_sheet(session, timezone.now()).roles == [("Facilitator", "Flo"), ("Practice coach", "Kim; Max")]
        session.presenters = []
        assert run_sheet(session, timezone.now()).roles[0] == ("Presenter", "Prue")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_printed_sheet_is_accessible_and_contains_no_address(session: Session, language: str) -> None:
    with translation.override(language), Renderer() as renderer:
        file = run_sheet_pdf(session, now=timezone.now(), renderer=renderer)
    if folder := os.environ.get("SHOTS"):
        Path(folder, f"run-sheet-{language}.pdf").write_bytes(file)
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        assert page.validate_pdf_bytes(file, profile=profile).is_compliant, profile
    words = " ".join(" ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(file)).pages).split())
    heading = {"en": "3 registered", "fr": "3 inscriptions"}[language]
    for text in ("Ama Okpik", "Luc Bélanger", "Typed Name", "Sam Stranger", heading, "Dr. Test Presenter"):
        assert text in words
    for address in ("@example.org", "meet.example.org", "Known Name"):
        assert address not in words


def test_coordinator_reads_and_prints_the_sheet_of_an_own_session(
    programme: Programme, people: People, session: Session
) -> None:
    here = reverse("admin:echo_sessions_session_run_sheet", args=(session.pk,))
    file = reverse("admin:echo_sessions_session_run_sheet_pdf", args=(session.pk,))
    desk = signed_in_client(people.coordinator(programme.national))
    shown = says(desk.get(here))
    assert ("Ama Okpik" in shown, "@example.org" in shown.replace("national@example.org", "")) == (True, False)
    answer = desk.get(file)
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(verb="run-sheet-downloaded", about=f"session:{session.pk}").count() == 1
    for other in (signed_in_client(people.coordinator(programme.bc)), signed_in_client(people.stranger), Client()):
        assert {other.get(address).status_code for address in (here, file)} <= {302, 404}


def test_sheet_offers_the_roll_call_from_the_start_of_the_session(session: Session, people: People) -> None:
    here = reverse("admin:echo_sessions_session_run_sheet", args=(session.pk,))
    roll_call, words = reverse("admin:attendance_roll_call", args=(session.pk,)), "The roll call opens when"
    assert session.starts_at is not None
    with time_machine.travel(session.starts_at - dt.timedelta(minutes=1)):
        desk = signed_in_client(people.staff)
        sheet = desk.get(here).content.decode()
        assert (roll_call in sheet, words in sheet) == (False, True)
    with time_machine.travel(session.starts_at):
        sheet = desk.get(here).content.decode()
        assert (roll_call in sheet, words in sheet) == (True, False)
    Session.objects.filter(pk=session.pk).update(state="cancelled")
    assert roll_call not in signed_in_client(people.coordinator(session.series.hub)).get(here).content.decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sheets_and_posters_are_refused_while_too_many_are_made(
    programme: Programme,
    people: People,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    language: str,
) -> None:
    monkeypatch.setattr(rendering, "WAIT_SECONDS", 0.05)
    coordinator = people.coordinator(programme.national)
    give_role(session=session, role="coach", name="Sam", email=people.stranger.email, by=coordinator)
    desk, leader = signed_in_client(coordinator), Client()
    leader.force_login(people.stranger)
    with translation.override(language):
        file = reverse("admin:echo_sessions_session_run_sheet_pdf", args=(session.pk,))
        poster = reverse("admin:echo_sessions_series_poster", args=(session.series_id,))
        led = reverse("lead_session_pdf", kwargs={"session": session.public_id})
    in_language: Any = {"headers": {"accept-language": language}, "follow": True}
    with contextlib.ExitStack() as others:
        for _number in range(rendering.IN_REQUESTS_AT_ONCE):
            others.enter_context(rendering.renderer_of_a_request())
        answers = [says(desk.get(address, **in_language)) for address in (file, poster)]
        refused = leader.get(led)
    sheet, wall = {
        "en": ("The run sheet could not be made. Try again in a minute.", "The poster could not be made."),
        "fr": ("La feuille de séance n’a pas pu être produite.", "L’affiche n’a pas pu être produite."),
    }[language]
    assert [sheet in answers[0], wall in answers[1], sheet in says(refused)] == [True, True, True]
    assert refused.status_code == 503
    caplog.clear()
    assert not AuditEvent.objects.filter(verb="run-sheet-downloaded").exists()
