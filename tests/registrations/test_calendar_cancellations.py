"""Calendar files after leaving or swapping sessions. A session that was sent as an invitation gets a CANCEL."""

import datetime as dt
import re
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions, calendar
from registrations.links import join_url
from registrations.models import Registration
from sessions.models import Series, Session
from tests.builders import Programme, enroll
from tests.calendar.second_parser import read_email
from tests.messages import deliver_only
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def text_of(email: EmailMessage) -> str:
    body = email.get_body(("plain",))
    assert body is not None
    return "\n".join(str(body.get_content()).splitlines())


def leave(person: Person, series: Series, sink: Sink) -> tuple[list[EmailMessage], list[tuple[str, str, int]]]:
    """Leave the series twice. Return the emails without a calendar file, and the events of the other emails.

    Each event is a tuple of method, UID and SEQUENCE.
    """
    before = len(sink.emails)
    actions.leave_series(person=person, series=series, by=person)
    actions.leave_series(person=person, series=series, by=person)
    deliver_only(kind="left", person_id=person.pk)
    plain, held = [], []
    for email in sink.emails[before:]:
        if any(part.get_content_type() == "text/calendar" for part in email.walk()):
            file = read_email(email)
            held += [(file.method, entry.uid, entry.sequence) for entry in file.entries]
        else:
            plain.append(email)
    return plain, sorted(held)


def cancels(*rows: Registration) -> list[tuple[str, str, int]]:
    """Return the expected CANCEL of each registration, with its SEQUENCE increased by one."""
    uids = {row.pk: f"session-{row.session.public_id}@calendar.example.org" for row in rows}
    return sorted(("CANCEL", uids[row.pk], row.sequence + 1) for row in rows)


def fresh(rows: list[Registration]) -> list[Registration]:
    ids = [row.pk for row in rows]
    return list(Registration.objects.filter(pk__in=ids).select_related("session").order_by("session__number"))


def test_leaving_a_series_sends_a_cancel_for_each_invited_session(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, sessions = programme.open_series(sessions=13)
    rows = enroll(people.ama, series, *sessions, whole=True)
    deliver_only(kind="confirmation")
    actions.send_invitations(person=people.ama, by=people.ama)
    deliver_only(kind="invitation")
    plain, held = leave(people.ama, series, sink)
    assert held == cancels(*rows)
    (summary,) = plain
    text = text_of(summary)
    assert "Your 13 places were given back" in text
    assert ("13 of them had an invitation" in text, "Take" in text) == (True, False)


def test_leaving_a_series_without_invitations_sends_one_email(programme: Programme, people: People, sink: Sink) -> None:
    series, sessions = programme.open_series(sessions=3)
    enroll(people.ama, series, *sessions)
    deliver_only(kind="confirmation")
    actions.send_invitations(person=people.ama, by=people.ama)  # written but not sent
    plain, held = leave(people.ama, series, sink)
    assert (len(plain), held) == (1, [])
    assert "Did you add the file of these dates" in text_of(plain[0])
    assert set(Message.objects.filter(kind="invitation").values_list("state", flat=True)) == {"cancelled"}


def test_subject_counts_the_places_that_were_given_back(programme: Programme, people: People, sink: Sink) -> None:
    series, sessions = programme.open_series(sessions=3)
    enroll(people.luc, series, *sessions)
    deliver_only(kind="confirmation")
    (email,), _held = leave(people.luc, series, sink)
    assert email["Subject"].startswith("3 places annulées\u00a0: ")


def test_session_invited_by_any_kind_of_email_gets_a_cancel(programme: Programme, people: People, sink: Sink) -> None:
    series = programme.series("ltc")
    small = programme.session(series, 1, days=5, capacity=1)
    alone = programme.session(series, 2, days=6)
    reminded = programme.session(series, 3, days=12)
    moved = programme.session(series, 4, days=20)
    near = [programme.session(series, number, days=30, at=f"1{number}:00") for number in (5, 6)]
    (luc_row,) = enroll(people.luc, series, small)
    enroll(people.ama, series, small, reminded, moved, *near)
    enroll(people.ama, series, alone)
    deliver_only(kind="confirmation")
    actions.leave_session(registration=luc_row, by=people.luc)
    deliver_only(kind="place-from-waiting-list")
    row_of = {row.session_id: row for row in Registration.objects.filter(person=people.ama)}
    deliver_only(kind="reminder-day", payload__registration=row_of[reminded.pk].pk)
    deliver_only(kind="reminder-hour", payload__registration__in=[row_of[session.pk].pk for session in near])
    assert Message.objects.filter(kind="reminder-hour", state="carried").count() == 1
    assert moved.start_time is not None
    later = actions.NewTime(moved.on_date, dt.time(14), dt.time(15), moved.time_zone)
    actions.reschedule_session(session=moved, new_time=later, by=people.staff)
    deliver_only(kind="rescheduled")
    invited = fresh([row_of[session.pk] for session in (small, alone, reminded, moved)])
    plain, held = leave(people.ama, series, sink)
    assert held == cancels(*invited)
    assert len(plain) == 1


def test_each_session_gets_only_one_cancel(programme: Programme, people: People, sink: Sink) -> None:
    series, sessions = programme.open_series(sessions=3)
    rows = enroll(people.ama, series, *sessions)
    actions.send_invitations(person=people.ama, by=people.ama)
    deliver_only(kind="invitation")
    actions.cancel_session(session=sessions[0], by=people.staff)
    deliver_only(kind="session-cancelled")
    _plain, held = leave(people.ama, series, sink)
    assert held == cancels(*rows[1:])
    enroll(people.ama, series, *sessions[1:])
    deliver_only(kind="confirmation")
    plain, held = leave(people.ama, series, sink)
    assert (len(plain), held) == (1, [])


def test_leaving_a_series_makes_one_select_and_one_insert_of_messages(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, sessions = programme.open_series(sessions=13)
    enroll(people.ama, series, *sessions)
    actions.send_invitations(person=people.ama, by=people.ama)
    deliver_only(kind="invitation")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        actions.leave_series(person=people.ama, series=series, by=people.ama)
    asked = [row["sql"] for row in queries if '"outbox_message"' in row["sql"]]
    assert sum(sql.startswith("SELECT") for sql in asked) == 1
    assert sum(sql.startswith("INSERT") for sql in asked) == 1
    assert Message.objects.filter(kind="left").count() == 14


@pytest.mark.parametrize(
    ("language", "old_says", "new_says", "files"),
    [
        (
            "en",
            (
                "Your old date was exchanged",
                "Previously\n- 1. Date 1\n  {old}",
                "In its place\n- 2. Date 2\n  {new}",
                "removes the old date",
            ),
            (
                "You changed to another date",
                "Your new date\nDate 2",
                "\n{new}, 2027\n",
                "Previously\n- 1. Date 1\n  {old}",
            ),
            ("cancel.ics", "invite.ics"),
        ),
        (
            "fr",
            (
                "Vous n’êtes plus à votre ancienne date",
                "Auparavant\n- 1. Date 1\n  {old}",
                "À la place\n- 2. Date 2\n  {new}",
                "retire l’ancienne date",
            ),
            (
                "Vous avez changé de date",
                "Votre nouvelle date\nDate 2",
                "\n{new} 2027\n",
                "Auparavant\n- 1. Date 1\n  {old}",
            ),
            ("annulation.ics", "invitation.ics"),
        ),
    ],
)
def test_both_emails_about_a_swap_contain_both_dates(
    programme: Programme,
    people: People,
    sink: Sink,
    language: str,
    old_says: tuple[str, ...],
    new_says: tuple[str, ...],
    files: tuple[str, str],
) -> None:
    person = people.ama if language == "en" else people.luc
    series = programme.series("capaciti", choose_one=True)
    old = programme.session(series, 1, on_date=dt.date(2027, 3, 3), at="12:00", title_en="Date 1")
    new = programme.session(series, 2, on_date=dt.date(2027, 4, 14), at="18:00", title_en="Date 2")
    (row,) = enroll(person, series, old)
    deliver_only(kind="confirmation")
    taken = actions.swap_session(registration=row, to_session=new, by=person)
    deliver_only(kind__in=["left", "confirmation"])
    gone, came = sorted(sink.emails[-2:], key=lambda email: read_email(email).method)
    days = {"old": "March 3", "new": "April 14"} if language == "en" else {"old": "3 mars", "new": "14 avril"}
    for email, sentences in ((gone, old_says), (came, new_says)):
        words = text_of(email)
        for day in ("wednesday, ", "mercredi "):
            words = words.replace(day, "").replace(day.capitalize(), "")
        assert [sentence for sentence in sentences if sentence.format(**days) not in words] == []
    assert [(read_email(email).method, read_email(email).entries[0].uid.split("@")[0]) for email in (gone, came)] == [
        ("CANCEL", f"session-{old.public_id}"),
        ("REQUEST", f"session-{new.public_id}"),
    ]
    assert tuple(next(part.get_filename() for part in email.iter_attachments()) for email in (gone, came)) == files
    assert taken.session_id == new.pk


def test_swap_to_a_full_date_adds_the_person_to_the_waiting_list(
    programme: Programme, people: People, sink: Sink
) -> None:
    series = programme.series("capaciti", choose_one=True)
    old, full = programme.session(series, 1), programme.session(series, 2, days=9, capacity=1)
    enroll(people.luc, series, full)
    (row,) = enroll(people.ama, series, old)
    actions.swap_session(registration=row, to_session=full, by=people.ama)
    deliver_only(kind="confirmation", person_id=people.ama.pk)
    text = text_of(sink.emails[-1])
    assert "You’re on the waiting list" in text
    assert "Previously\n- 1. capaciti 1\n" in text


def test_preview_of_a_later_reminder_is_about_its_own_session_only(programme: Programme, people: People) -> None:
    series, sessions = programme.open_series(sessions=5)
    rows = enroll(people.ama, series, *sessions)
    last = Message.objects.get(kind="reminder-day", payload__registration=rows[-1].pk)
    shown = preview(last, "en", scope_ids=None)
    assert ("psw-cop 5" in shown.text, "psw-cop 4" in shown.text) == (True, False)
    assert shown.calendar is not None
    assert shown.calendar.method == "REQUEST"


def test_emails_name_an_untitled_session_by_its_series_and_number(
    programme: Programme, people: People, sink: Sink
) -> None:
    series = programme.series("ltc")
    sessions = [programme.session(series, number, days=number, title_en="") for number in (6, 7)]
    enroll(people.luc, series, *sessions)
    deliver_only(kind="confirmation")
    text = text_of(sink.emails[-1])
    assert ("Série ltc, séance 6" in text, "7. Séance 7" in text) == (False, False)
    assert ("\nSéance 6\nSérie ltc, en anglais\n" in text, "- Séance 7\n" in text) == (True, True)
    actions.cancel_session(session=sessions[0], by=people.staff)
    deliver_only(kind="session-cancelled")
    named = "Série ltc\u00a0: Séance 6"
    assert sink.emails[-1]["Subject"] == f"Annulée – {named}"
    assert read_email(sink.emails[-1]).entries[0].summary == named


def test_full_title_in_a_choose_one_series_contains_the_series(programme: Programme) -> None:
    series = programme.series("capaciti", choose_one=True)
    session: Session = programme.session(series, 1, title_en="Information session")
    assert session.full_title_in("en") == ("Series capaciti: Information session", "en")


def test_confirmation_of_several_sessions_has_one_link_to_the_calendar_page(
    client: Client, programme: Programme, people: People, sink: Sink
) -> None:
    """The calendar page has the URL of the feed, and a button that sends an invitation for each session."""
    series, sessions = programme.open_series(sessions=2)
    enroll(people.ama, series, *sessions)
    enroll(people.luc, series, sessions[0])
    deliver_only(kind="confirmation")
    texts = {str(email["To"]): text_of(email) for email in sink.emails}
    offers = {name: re.findall(r"https://\S+/calend\w+/\S*", texts[name]) for name in texts}
    path = reverse("subscribe", kwargs={"token": token_for(people.ama, MANAGE)})
    assert offers[people.ama.email] == [f"{settings.SITE_URL}{path}"]
    assert offers[people.luc.email] == []
    page = client.get(path).content.decode()
    assert reverse("send_invitations", kwargs={"token": token_for(people.ama, MANAGE)}) in page


def test_private_feed_has_the_time_of_the_latest_change(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1)
    (row,) = enroll(people.ama, series, session)
    later = (timezone.now() + dt.timedelta(days=1)).replace(microsecond=0)
    Registration.objects.filter(pk=row.pk).update(changed_at=later)
    row = Registration.objects.select_related("session__series__hub", "person").get(pk=row.pk)
    stamp = f"LAST-MODIFIED:{later.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}\r\n"
    assert stamp in calendar.feed_of(people.ama, [row]).decode()
    Session.objects.filter(pk=session.pk).update(last_modified_at=later + dt.timedelta(hours=1))
    row.session.refresh_from_db()
    stamp = f"LAST-MODIFIED:{later.astimezone(dt.UTC) + dt.timedelta(hours=1):%Y%m%dT%H%M%SZ}\r\n"
    assert stamp in calendar.feed_of(people.ama, [row]).decode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_cancelled_calendar_event_has_no_join_link(programme: Programme, people: People, language: str) -> None:
    """Neither a CANCEL nor a cancelled event in a feed contains the joining link."""
    series = programme.series("ltc")
    (row,) = enroll(people.ama, series, programme.session(series, 1, days=10, read_before="The guide"))
    joined = join_url(row, language)
    assert joined in written(calendar.invitation(row, language))
    row.state = Registration.State.CANCELLED
    for file in (calendar.cancellation(row, language), calendar.feed_of(people.ama, [row])):
        text = written(file)
        said = [words for words in (joined, "/join/", "/joindre/", "Telephone", "téléphone") if words in text]
        assert (said, "STATUS:CANCELLED" in text) == ([], True)


def written(file: bytes) -> str:
    return file.decode().replace("\r\n ", "")
