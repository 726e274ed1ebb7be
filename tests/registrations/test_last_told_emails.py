"""Emails about a changed time contain the previous time, the coordinator's note, and the reason."""

import datetime as dt
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from echo_portal.lib.dates import time_range
from echo_portal.outbox.delivery import deliver_due
from registrations import actions
from tests.builders import TORONTO, Programme, enroll
from tests.people import People
from tests.registrations.last_told import (
    PREVIOUSLY,
    deliver_after_wait,
    emails_to,
    events_for,
    it_was,
    move,
    newer_rules,
    noon,
    session_told_to,
    text_of,
)
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def test_removing_the_time_cancels_the_event_until_a_new_time_is_set(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = session_told_to(programme, people.ama)
    knew = session.starts_at
    no_hour = actions.NewTime(session.on_date, None, None, session.time_zone)
    actions.reschedule_session(session=session, new_time=no_hour, by=None)
    deliver_after_wait()
    email = emails_to(sink, people.ama)[-1]
    assert noon() in it_was(email, "en")
    assert "We write to you when the hour is set." in text_of(email)
    move(session, 15)
    deliver_after_wait()
    session.refresh_from_db()
    assert events_for(sink, people.ama, session) == [
        ("REQUEST", 0, knew),
        ("CANCEL", 1, knew),
        ("REQUEST", 2, session.starts_at),
    ]
    assert emails_to(sink, people.ama)[-1]["Subject"] == "The hour is set: psw-cop 1"


def test_coordinators_note_keeps_its_line_breaks_and_language(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = session_told_to(programme, people.ama, people.luc)
    move(session, 14, note_fr="La salle était prise.\nVenez à la bibliothèque.\n\nÀ bientôt")
    deliver_after_wait()
    html = {
        person.language: emails_to(sink, person)[-1].get_body(("html",)).get_content()
        for person in (people.ama, people.luc)
    }
    words = "La salle était prise.<br>Venez à la bibliothèque.</p>"
    assert f'<p lang="fr" style="margin:0;color:#4a4255;">{words}' in html["en"]
    assert f'<p style="margin:0;color:#4a4255;">{words}' in html["fr"]
    assert "La salle était prise.\nVenez à la bibliothèque.\n\nÀ bientôt\n" in text_of(emails_to(sink, people.ama)[-1])


def test_email_about_new_zone_rules_contains_the_previous_time_and_the_reason(
    programme: Programme, people: People, sink: Sink
) -> None:
    series = programme.series("west")
    session = programme.session(series, 1, at="09:00", time_zone="America/Vancouver")
    right, old = session.starts_at, newer_rules(session, hours=1)
    people.stranger.province = "BC"
    people.stranger.time_zone = "America/Vancouver"
    people.stranger.save()
    for person in (people.ama, people.luc, people.stranger):
        enroll(person, series, session)
    deliver_due()
    call_command("check_timezones", "--send", stdout=StringIO())
    assert deliver_after_wait() == {"sent": 3}
    session.refresh_from_db()
    assert session.starts_at == right
    assert [start for _method, _sequence, start in events_for(sink, people.luc, session)] == [old, right]
    assert old.astimezone(dt.UTC) != right
    why = {
        "en": "Nobody moved the session: the rules of Pacific time (BC), by which it is held, have changed.",
        "fr": (
            "Personne n’a déplacé la séance\u00a0: les règles de l’heure du Pacifique (C.-B.), "
            "qui sert à fixer son horaire, ont changé."
        ),
    }
    for person in (people.ama, people.luc):
        email = emails_to(sink, person)[-1]
        assert why[person.language] in text_of(email)
        was, _break, _rest = it_was(email, person.language).partition("\n\n")
        assert eastern(old, person.language) in was
        assert eastern(right, person.language) not in was
    email = text_of(emails_to(sink, people.stranger)[-1])
    assert "Nobody moved the session, and your hour stays: the rules of Pacific time (BC) have changed." in email
    assert PREVIOUSLY["en"] not in email, "it was the same hour by the reader's clock"


def eastern(moment: dt.datetime | None, language: str) -> str:
    assert moment is not None
    there = moment.astimezone(ZoneInfo(TORONTO))
    return time_range(there, there + dt.timedelta(hours=1), language)
