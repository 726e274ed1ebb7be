"""A letter about a moved session answers to what its reader was told last, and nobody is left with a wrong hour."""

import datetime as dt
import uuid
from collections.abc import Callable
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db.models.functions import Now
from icalendar import Calendar

from accounts.models import Person
from echo_portal.lib.dates import time_range
from echo_portal.outbox import actions as outbox
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.change_preview import preview_change
from registrations.models import Registration, SessionChange
from registrations.queries.recallable import recallable_change
from sessions.actions import save_session
from sessions.models import Series, Session
from tests.builders import TORONTO, Programme
from tests.people import People
from tests.registrations.test_leave_and_swap import enroll
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

IT_WAS = {"en": "It was\n", "fr": "Auparavant\n"}
HOURS = {"en": "{}:00\u00a0–\u00a0{}:00\u00a0pm", "fr": "{}\u00a0h\u00a0à\u00a0{}\u00a0h"}


def move(session: Session, hour: int, **words: Any) -> SessionChange:
    new_time = actions.NewTime(session.on_date, dt.time(hour), dt.time(hour + 1), session.time_zone)
    return actions.reschedule_session(session=session, new_time=new_time, by=None, **words)


def told(programme: Programme, *readers: Person) -> tuple[Series, Session]:
    """A session at noon; each has a confirmation of it."""
    series, (session,) = programme.open_series(sessions=1)
    for person in readers:
        enroll(person, series, session)
    deliver_due()
    return series, session


def leave_after_the_wait() -> dict[str, int]:
    """As five minutes later; reminders wait on."""
    waiting = Message.objects.exclude(kind__startswith="reminder").filter(due_at__gt=Now())
    waiting.update(due_at=Now())
    return deliver_due()


def mails_to(sink: Sink, person: Person) -> list[Any]:
    return [mail for mail in sink.mails if person.email in str(mail["To"])]


def editable_text(mail: Any) -> str:
    text = mail.get_body(("plain",)).get_content()
    return str(text).replace("\r\n", "\n")


def it_was(mail: Any, language: str) -> str:
    """What stands under “It was”; empty where the letter does not say it."""
    return editable_text(mail).partition(IT_WAS[language])[2].partition("\n\n")[0]


def pm(hour: int, language: str = "en") -> str:
    first = hour - 12 if language == "en" else hour
    return HOURS[language].format(first or 12, first + 1)


def noon(language: str = "en") -> str:
    return "12:00\u00a0–\u00a01:00\u00a0pm" if language == "en" else pm(12, "fr")


def entries(sink: Sink, person: Person, session: Session) -> list[tuple[str, int, dt.datetime]]:
    """Method, SEQUENCE and start of each entry of this session that was mailed to this person."""
    return [
        (method, int(event["SEQUENCE"]), event["DTSTART"].dt)
        for mail in mails_to(sink, person)
        for method, event in events_in(mail)
        if str(session.public_id) in str(event["UID"])
    ]


def events_in(mail: Any) -> list[tuple[str, Any]]:
    part = next((part for part in mail.walk() if part.get_content_type() == "text/calendar"), None)
    if part is None:
        return []
    content = part.get_content()
    text = content if isinstance(content, str) else content.decode()
    return [(str(part.get_param("method")), event) for event in Calendar.from_ical(text).walk("VEVENT")]


def rises(sequences: list[int]) -> bool:
    return sequences == sorted(set(sequences))


# --- two moves --------------------------------------------------------------------------------------


def test_of_two_moves_the_one_email_says_the_time_before_both(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = told(programme, people.ama, people.luc)
    move(session, 14)
    move(session, 15)
    assert leave_after_the_wait() == {"sent": 2}
    for person in (people.ama, people.luc):
        (_confirmation, email) = mails_to(sink, person)
        assert noon(person.language) in it_was(email, person.language)
        assert pm(15, person.language) in editable_text(email)
        assert pm(14, person.language) not in editable_text(email)


def test_who_heard_of_the_first_move_reads_that_one_and_who_did_not_reads_the_time_before(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, session = told(programme, people.ama)
    move(session, 14)
    enroll(people.luc, series, session)  # Luc registers for two o’clock
    deliver_due()
    move(session, 15)
    leave_after_the_wait()
    assert noon("en") in it_was(mails_to(sink, people.ama)[-1], "en")
    assert pm(14, "fr") in it_was(mails_to(sink, people.luc)[-1], "fr")


def test_a_move_there_and_back_needs_no_email_and_the_preview_says_so(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, session = told(programme, people.ama)
    move(session, 14)
    enroll(people.luc, series, session)
    deliver_due()
    session.refresh_from_db()
    back = Session.objects.get(pk=session.pk)
    back.start_time, back.end_time = dt.time(12), dt.time(13)
    back.derive_moments()
    preview = preview_change(session, back)
    assert ([row.person_id for row in preview.people], preview.knowing) == ([people.luc.pk], 1)
    assert (preview.registered, preview.emails_by_language) == (1, {"fr": 1})
    move(session, 12)
    leave_after_the_wait()
    assert len(mails_to(sink, people.ama)) == 1
    assert pm(14, "fr") in it_was(mails_to(sink, people.luc)[-1], "fr")


def test_moved_and_then_cancelled_says_the_hours_people_knew_and_takes_that_entry_out(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = told(programme, people.ama)
    knew = session.starts_at
    move(session, 14)
    actions.cancel_session(session=session, by=None)
    assert leave_after_the_wait() == {"sent": 1}
    email = mails_to(sink, people.ama)[-1]
    assert email["Subject"] == "Cancelled: psw-cop 1"
    assert noon() in editable_text(email)
    assert pm(14) not in editable_text(email)
    assert entries(sink, people.ama, session) == [("REQUEST", 0, knew), ("CANCEL", 2, knew)]


# --- taken back -------------------------------------------------------------------------------------


@pytest.mark.parametrize("second", ["move", "cancel"])
def test_the_first_move_is_told_when_a_second_change_was_taken_back(
    programme: Programme, people: People, sink: Sink, second: str
) -> None:
    _series, session = told(programme, people.ama, people.luc)
    first = move(session, 14, note_en="The room was taken.")
    again = move(session, 15) if second == "move" else actions.cancel_session(session=session, by=None)
    assert actions.recall_change(change=again, by=None) == 2
    session.refresh_from_db()
    assert recallable_change(session) is not None
    assert recallable_change(session).pk == first.pk  # type: ignore[union-attr]
    queued = Message.objects.filter(about=f"change:{first.pk}", state="queued")
    assert {row.due_at for row in queued} == {first.send_at}
    assert leave_after_the_wait() == {"sent": 2}
    for person in (people.ama, people.luc):
        email = mails_to(sink, person)[-1]
        assert noon(person.language) in it_was(email, person.language)
        assert pm(14, person.language) in editable_text(email)
        assert "The room was taken." in editable_text(email)
    session.refresh_from_db()
    (asked, moved) = entries(sink, people.ama, session)
    assert rises([asked[1], moved[1]])
    assert moved == ("REQUEST", session.revision, session.starts_at)


def test_the_first_move_can_be_taken_back_too_while_its_emails_wait_anew(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = told(programme, people.ama)
    first, second = move(session, 14), move(session, 15)
    actions.recall_change(change=second, by=None)
    assert actions.recall_change(change=first, by=None) == 0
    session.refresh_from_db()
    assert (session.start_time, session.state) == (dt.time(12), "published")
    assert recallable_change(session) is None
    assert leave_after_the_wait() == {}
    assert Message.objects.filter(kind="reminder-day", state="queued").count() == 1


def test_taking_back_twice_writes_nothing_more(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = told(programme, people.ama)
    move(session, 14)
    second = move(session, 15)
    assert [actions.recall_change(change=second, by=None) for _press in range(2)] == [1, 0]
    assert Message.objects.filter(kind="rescheduled", state="queued").count() == 1


# --- told in the window -----------------------------------------------------------------------------


def registers(programme: Programme, series: Series, session: Session, person: Person) -> None:
    enroll(person, series, session)


def asks_for_invitations(programme: Programme, series: Series, session: Session, person: Person) -> None:
    actions.send_invitations(person=person, by=person)


def is_reminded(programme: Programme, series: Series, session: Session, person: Person) -> None:
    Message.objects.filter(person_id=person.pk, kind="reminder-day", state="queued").update(due_at=Now())


def is_reminded_in_one_email(programme: Programme, series: Series, session: Session, person: Person) -> None:
    """Another session on the same day; one letter reminds of both."""
    start = session.start_time
    assert start is not None
    near = programme.session(series, 2, days=7, at=f"{start.hour + 1}:00")
    (carrying,) = enroll(person, series, near)
    reminders = Message.objects.filter(person_id=person.pk, kind="reminder-day", state="queued")
    reminders.update(due_at=Now() + dt.timedelta(hours=1))
    reminders.filter(payload__registration=carrying.pk).update(due_at=Now())


def gets_the_place_of_another(programme: Programme, series: Series, session: Session, person: Person) -> None:
    Session.objects.filter(pk=session.pk).update(capacity=2)
    assert actions.promote_waiting(session_id=session.pk) == 1


@pytest.mark.parametrize(
    ("hears", "knows_before"),
    [
        (registers, False),
        (asks_for_invitations, True),
        (is_reminded, True),
        (is_reminded_in_one_email, True),
        (gets_the_place_of_another, True),
    ],
)
def test_who_was_told_the_recalled_time_is_told_that_it_is_as_before(
    programme: Programme,
    people: People,
    sink: Sink,
    hears: Callable[[Programme, Series, Session, Person], None],
    knows_before: bool,
) -> None:
    series, session = told(programme, people.ama)
    if hears is gets_the_place_of_another:
        Session.objects.filter(pk=session.pk).update(capacity=1)
    if knows_before:
        enroll(people.luc, series, session)
        deliver_due()
    change = move(session, 14, note_fr="La salle était prise.")
    session.refresh_from_db()
    hears(programme, series, session, people.luc)
    deliver_due()
    assert actions.recall_change(change=change, by=None) == 1
    deliver_due()
    email = mails_to(sink, people.luc)[-1]
    assert email["Subject"] == "Nouvel horaire\u00a0: psw-cop 1"
    assert pm(14, "fr") in it_was(email, "fr")
    assert "La salle était prise." not in editable_text(email)
    assert len(mails_to(sink, people.ama)) == 1
    session.refresh_from_db()
    row = Registration.objects.get(person=people.luc, session=session)
    assert entries(sink, people.luc, session)[-1] == ("REQUEST", row.sequence, session.starts_at)
    assert rises([sequence for _method, sequence, _start in entries(sink, people.luc, session)])


def test_who_exchanged_for_the_recalled_time_is_told_too(programme: Programme, people: People, sink: Sink) -> None:
    series, (one, other) = programme.open_series("capaciti", sessions=2, choose_one=True)
    (row,) = enroll(people.ama, series, one)
    enroll(people.luc, series, other)
    deliver_due()
    change = move(other, 14)
    actions.swap_session(registration=row, to_session=other, by=people.ama)
    deliver_due()
    assert actions.recall_change(change=change, by=None) == 1
    deliver_due()
    email = mails_to(sink, people.ama)[-1]
    assert pm(14) in it_was(email, "en")
    other.refresh_from_db()
    assert entries(sink, people.ama, other)[-1][2] == other.starts_at


def test_a_message_with_the_hours_tells_them_and_one_without_does_not(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = told(programme, people.ama, people.luc)
    change = move(session, 14)
    for person, text in ((people.ama, "See you at {hours}."), (people.luc, "See you.")):
        words = actions.AnnouncementTexts(subject_en="Soon", subject_fr="Bientôt", text_en=text, text_fr=text)
        row = Registration.objects.get(person=person)
        actions.write_to_registrants(
            session=session, registration_ids=[row.pk], texts=words, counted=1, by=people.staff
        )
    Message.objects.filter(kind="announcement").update(due_at=Now())
    deliver_due()
    assert actions.recall_change(change=change, by=None) == 1
    deliver_due()
    assert pm(14) in it_was(mails_to(sink, people.ama)[-1], "en")
    assert mails_to(sink, people.luc)[-1]["Subject"] == "Bientôt"


def test_what_may_have_arrived_counts_as_well_as_what_surely_did(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = told(programme, people.ama, people.luc)
    move(session, 14)
    Message.objects.filter(kind="rescheduled", person_id=people.ama.pk).update(state="in-doubt", transmitting_at=Now())
    second = move(session, 15)
    Message.objects.filter(state="in-doubt").update(state="dropped")  # it is true no more, so it is not tried again
    assert actions.recall_change(change=second, by=None) == 2
    assert leave_after_the_wait() == {"sent": 2}
    email = mails_to(sink, people.ama)[-1]
    assert noon() in it_was(email, "en")
    assert pm(14) in editable_text(email)


def test_what_a_worker_has_in_hand_as_it_is_taken_back_may_tell_the_recalled_time(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, session = told(programme, people.ama, people.luc)
    change = move(session, 14)
    asks_for_invitations(programme, series, session, people.ama)
    in_hand = Message.objects.filter(kind="invitation")
    in_hand.update(state="claimed", token=uuid.uuid4(), lease_until=Now() + dt.timedelta(minutes=1))
    assert actions.recall_change(change=change, by=None) == 1
    assert Message.objects.get(kind="rescheduled", state="queued").person_id == people.ama.pk


def test_cancelled_by_mistake_takes_nobodys_confirmation_or_place_away(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session, other) = programme.open_series(sessions=2)
    Session.objects.filter(pk=session.pk).update(capacity=2)
    enroll(people.ama, series, session)
    enroll(people.stranger, series, other, session)
    enroll(people.luc, series, session)  # on the waiting list
    hers = Message.objects.filter(person_id=people.luc.pk, kind="confirmation")
    hers.update(state="sent", transmitting_at=Now(), sent_at=Now())
    Session.objects.filter(pk=session.pk).update(capacity=3)
    actions.promote_waiting(session_id=session.pk)
    change = actions.cancel_session(session=session, by=None)
    assert deliver_due() == {"dropped": 2, "sent": 1}
    assert actions.recall_change(change=change, by=None) == 1
    assert deliver_due() == {"sent": 3}
    assert mails_to(sink, people.ama)[-1]["Subject"] == "You’re registered: Series psw-cop"
    assert mails_to(sink, people.luc)[-1]["Subject"] == "Vous avez une place\u00a0: psw-cop 1"
    email = mails_to(sink, people.stranger)[-1]
    assert email["Subject"] == "It takes place: psw-cop 1"
    assert "by mistake" in editable_text(email)
    assert it_was(email, "en") == ""


# --- by hand ----------------------------------------------------------------------------------------


def test_a_held_email_is_followed_by_a_held_one_and_a_cancelled_one_by_none(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = told(programme, people.ama, people.luc, people.stranger)
    first = move(session, 14)
    outbox.hold_message(message=Message.objects.get(kind="rescheduled", person_id=people.luc.pk))
    outbox.cancel_message(message=Message.objects.get(kind="rescheduled", person_id=people.stranger.pk))
    second = move(session, 15)
    states = dict(Message.objects.filter(about=f"change:{second.pk}").values_list("person_id", "state"))
    assert states == {people.ama.pk: "queued", people.luc.pk: "held", people.stranger.pk: "queued"}
    assert actions.recall_change(change=second, by=None) == 2
    live = Message.objects.filter(about=f"change:{first.pk}").exclude(state="cancelled")
    assert dict(live.values_list("person_id", "state")) == {people.ama.pk: "queued", people.luc.pk: "held"}
    assert leave_after_the_wait() == {"sent": 1}
    assert len(mails_to(sink, people.stranger)) == 1


def test_another_title_in_the_five_minutes_drops_no_email(programme: Programme, people: People, sink: Sink) -> None:
    _series, session = told(programme, people.ama)
    move(session, 14)
    session.refresh_from_db()
    session.title_en = "Pain"
    save_session(session=session, by=None)
    assert leave_after_the_wait() == {"sent": 1}
    assert mails_to(sink, people.ama)[-1]["Subject"] == "New time: Pain"


# --- the letter's words -----------------------------------------------------------------------------


def test_an_hour_taken_away_takes_the_entry_out_until_another_is_set(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = told(programme, people.ama)
    knew = session.starts_at
    no_hour = actions.NewTime(session.on_date, None, None, session.time_zone)
    actions.reschedule_session(session=session, new_time=no_hour, by=None)
    leave_after_the_wait()
    email = mails_to(sink, people.ama)[-1]
    assert noon() in it_was(email, "en")
    assert "We write to you when its hour is set." in editable_text(email)
    move(session, 15)
    leave_after_the_wait()
    session.refresh_from_db()
    assert entries(sink, people.ama, session) == [
        ("REQUEST", 0, knew),
        ("CANCEL", 1, knew),
        ("REQUEST", 2, session.starts_at),
    ]
    assert mails_to(sink, people.ama)[-1]["Subject"] == "The hour is set: psw-cop 1"


def test_the_coordinators_word_keeps_its_lines_and_says_its_language(
    programme: Programme, people: People, sink: Sink
) -> None:
    _series, session = told(programme, people.ama, people.luc)
    move(session, 14, note_fr="La salle était prise.\nVenez à la bibliothèque.\n\nÀ bientôt")
    leave_after_the_wait()
    html = {
        person.language: mails_to(sink, person)[-1].get_body(("html",)).get_content()
        for person in (people.ama, people.luc)
    }
    words = "La salle était prise.<br>Venez à la bibliothèque.</p>"
    assert f'<p lang="fr" style="margin:0;color:#4a4255;">{words}' in html["en"]
    assert f'<p style="margin:0;color:#4a4255;">{words}' in html["fr"]
    assert "La salle était prise.\nVenez à la bibliothèque.\n\nÀ bientôt\n" in editable_text(
        mails_to(sink, people.ama)[-1]
    )


def newer_rules(session: Session, *, hours: int) -> dt.datetime:
    """As if older zone data had put it so many hours later."""
    assert session.starts_at is not None
    old = session.starts_at + dt.timedelta(hours=hours)
    end = old + dt.timedelta(hours=1)
    Session.objects.filter(pk=session.pk).update(starts_at=old, ends_at=end, over_at=end)
    return old


def test_newer_zone_rules_are_told_by_the_instant_people_had_and_why(
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
    assert leave_after_the_wait() == {"sent": 3}
    session.refresh_from_db()
    assert session.starts_at == right
    assert [start for _method, _sequence, start in entries(sink, people.luc, session)] == [old, right]
    assert old.astimezone(dt.UTC) != right
    why = {
        "en": "Nobody moved the session: the rules of Pacific time (BC), by which it is held, have changed.",
        "fr": (
            "Personne n’a déplacé la séance\u00a0: les règles de l’heure du Pacifique (C.-B.), "
            "d’après laquelle elle se tient, ont changé."
        ),
    }
    for person in (people.ama, people.luc):
        email = mails_to(sink, person)[-1]
        assert why[person.language] in editable_text(email)
        was, _break, _rest = it_was(email, person.language).partition("\n\n")
        assert eastern(old, person.language) in was
        assert eastern(right, person.language) not in was
    email = editable_text(mails_to(sink, people.stranger)[-1])
    assert "Nobody moved the session, and your hour stays: the rules of Pacific time (BC) have changed." in email
    assert IT_WAS["en"] not in email, "by her own clock it was the same hour"


def eastern(moment: dt.datetime | None, language: str) -> str:
    assert moment is not None
    there = moment.astimezone(ZoneInfo(TORONTO))
    return time_range(there, there + dt.timedelta(hours=1), language)
