"""Render all kinds of emails in a browser at widths of 600, 390 and 320 px, in both languages.

With SHOTS=folder, the screenshots are saved in that folder.
"""

import copy
import dataclasses
import datetime as dt
import os
import re
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.actions import Details
from accounts.emails import write_account_notice
from accounts.models import Person
from attendance.actions import (
    accept_request,
    ask_for_attendance,
    import_report,
    refuse_request,
    tell_of_recordings,
    upload_report,
)
from credits.actions import give_review, issue_certificates, merge_people, revoke_certificate
from credits.actions.rendering import render_certificates
from credits.models import Certificate
from echo_portal.outbox.edits import text_to_edit
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.kinds import known_kinds
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from proposals.actions import (
    answer_authors,
    comment,
    confirm_inquiry,
    confirm_watch,
    invite_author,
    tell_of_dates,
    watch_series,
)
from proposals.models import Inquiry
from registrations import actions
from registrations.models import Registration
from sessions.models import Material, Series, Session
from tests.attendance.held_session import register
from tests.builders import Programme, enroll
from tests.chromium import opened
from tests.credits.ltc import LongTermCare
from tests.evaluations.asked import Asked
from tests.outbox.news_and_teams import invite_colleague, publish_news
from tests.people import People
from tests.proposals.forms import sent_idea

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

MARKED = re.compile(r'<b style="border-bottom:3px solid #fbdf9f;">.*?</b>')
SHOTS = os.environ.get("SHOTS", "")
WIDTHS = (600, 390, 320)
NOW = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
LONG_EN = "Supporting families through anticipatory grief, bereavement and all that comes after, in rural care"
LONG_FR = "Accompagner les familles dans le deuil anticipé, le deuil et tout ce qui vient après, en milieu rural"
TITLES = (
    (LONG_EN, LONG_FR),
    ("Pain assessment", "Évaluer la douleur"),
    ("Nausea and vomiting", "Nausées et vomissements"),
    ("", ""),
    ("Dyspnea", ""),
)
MUST_BE_SEEN = {
    "confirmation",
    "registration-unchanged",
    "left",
    "invitation",
    "place-from-waiting-list",
    "free-place",
    "reminder-week",
    "reminder-day",
    "reminder-hour",
    "rescheduled",
    "session-cancelled",
    "announcement",
    "added-by-hub",
    "address-corrected",
    "address-replaced",
    "profiles-merged",
    "profile-closed",
    "moved-by-hub",
    "account-notice",
    "attendance-answer",
    "missed-recording",
    "certificate",
    "certificate-revoked",
    "review",
    "evaluation",
    "evaluation-nudge",
    "inquiry-confirm",
    "inquiry-received",
    "inquiry-for-hub",
    "inquiry-answer",
    "inquiry-co-author",
    "inquiry-comment",
    "date-watch",
    "date-set",
    "news-confirm",
    "newsletter",
    "team-invitation",
}


@dataclasses.dataclass(frozen=True)
class Picture:
    name: str
    email: Rendered


def test_every_email_fits_a_320_px_screen_and_is_in_one_language(programme: Programme, people: People) -> None:
    with time_machine.travel(NOW, tick=False):
        emails = list(drawn(programme, people))
    assert {picture.name[:-3] for picture in emails} >= MUST_BE_SEEN
    assert MUST_BE_SEEN | {"sign-in-code", "library-mail"} >= {
        kind for kind in known_kinds() if not kind.startswith("test")
    }
    too_wide = []
    with opened() as browser:
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 600}, java_script_enabled=True)
            for picture in emails:
                page.set_content(picture.email.html)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    too_wide.append((picture.name, width))
                if SHOTS:
                    page.screenshot(path=Path(SHOTS) / f"email-{picture.name}-{width}.png", full_page=True)
            page.close()
    assert too_wide == []
    for picture in emails:
        language = picture.name.rpartition("-")[2]
        assert f'<html lang="{language}-CA">' in picture.email.html
        assert len(picture.email.html.encode()) < 102_000, "longer ones are cut off by a large provider"
        if not picture.name.startswith(("edited", "announcement")):  # texts of a coordinator stay as written
            body = picture.email.html.partition("<h1")[2]
            assert "·" not in body, "a line could end with it"
            assert re.findall("Newfoundland|Terre-Neuve", MARKED.sub("", body)) == [], picture.name


def drawn(programme: Programme, people: People) -> list[Picture]:
    """Return emails of each kind in both languages, with long titles, a long name and thirteen sessions."""
    series = programme.series(
        "grief", title_en="Grief and bereavement: a community of practice", title_fr="Deuil : communauté de pratique"
    )
    sessions = [
        programme.session(
            series,
            number,
            days=7 * number - 6,
            at="22:45"
            if number == 6
            else "12:00",  # past midnight in the recipient's time zone: both dates are displayed
            title_en=TITLES[(number - 1) % 5][0],
            title_fr=TITLES[(number - 1) % 5][1],
            reminders=["week", "day", "hour"],
        )
        for number in range(1, 14)
    ]
    sessions[0].read_before = "Serious illness conversation guide (PDF, 2 pages)"
    sessions[0].save()
    name = "Marie-Josèphe Élisabeth de la Chevrotière-Okpik Kowalczykiewicz"
    reader = people.make("reader@example.org", name, province="NL", language="en")
    found = [*of(reader, series, sessions, programme, people)]
    return [
        Picture(f"{label}-{language}", preview(message, language, scope_ids=None))
        for label, message in found
        for language in ("en", "fr")
    ]


def of(
    reader: Person, series: Series, sessions: list[Session], programme: Programme, people: People
) -> list[tuple[str, Message]]:
    rows = enroll(reader, series, *sessions)
    enroll(reader, series, *sessions)
    full = programme.session(programme.series("small"), 1, days=3, capacity=1, title_en="Delirium", title_fr="Délirium")
    (first,) = enroll(people.ama, full.series, full)
    (waiting,) = enroll(reader, full.series, full)
    waits = newest("confirmation.waiting")
    actions.leave_session(registration=first, by=people.ama)
    late = programme.session(full.series, 3, days=3, capacity=1, promote_until_minutes=7 * 24 * 60, title_en=LONG_EN)
    (taken,) = enroll(people.ama, full.series, late)
    enroll(reader, full.series, late)
    actions.leave_session(registration=taken, by=people.ama)
    (alone,) = enroll(people.luc, full.series, programme.session(full.series, 2, days=4))
    one = newest("confirmation.one")
    actions.send_invitations(person=reader, by=reader)
    moved = actions.NewTime(sessions[1].on_date, dt.time(15), dt.time(16), "America/Toronto")
    actions.reschedule_session(session=sessions[1], new_time=moved, by=people.staff)
    actions.cancel_session(session=sessions[2], by=people.staff)
    words = actions.AnnouncementTexts(
        subject_en="Another room for {session}",
        subject_fr="Une autre salle pour {session}",
        text_en="Good morning {name},\n\nWe meet in another room:\n{join_link}\nYours:\n{my_sessions}\n\nSo long",
        text_fr="Bonjour {name},\n\nNouvelle salle :\n{join_link}\nVos séances :\n{my_sessions}\n\nL’équipe",
    )
    actions.write_to_registrants(
        session=sessions[3], registration_ids=[rows[3].pk], texts=words, counted=1, by=people.staff
    )
    actions.leave_session(registration=Registration.objects.get(pk=rows[4].pk), by=reader)
    write_account_notice(template_prefix="mfa/email/totp_activated", email=reader.email)
    guest = Details(name="Nora Typed", email="nora@example.org", language="en", province="NL")
    actions.add_people(
        series=series,
        session_ids=[session.pk for session in sessions[3:]],
        whole_series=True,
        people=[guest],
        note_en="You asked for it by telephone.\n\nSee https://example.org/rooms",
        note_fr="",
        by=people.staff,
    )
    words_of_hub = {"note_en": "The room is small.", "note_fr": "La salle est petite."}
    (elsewhere,) = enroll(people.luc, full.series, programme.session(full.series, 4, days=5))
    actions.move_registration(registration=elsewhere, to_session=sessions[5], by=people.staff, **words_of_hub)
    proposed = actions.propose_address(
        person=people.luc, series=full.series, new_address="luc.b@example.org", reason="by telephone", by=people.staff
    )
    actions.accept_address(correction=proposed, by=people.staff)
    assert waiting.pk != alone.pk
    second = people.make("reader@work.example", "R. Reader")
    enroll(second, series, sessions[0])
    merge_people(kept=reader, gone=second, by=people.staff)
    propose(programme, people)
    publish_news(reader, people, LONG_EN, LONG_FR)
    invite_colleague(reader, series, sessions)
    certify(programme, people)
    asked = Asked(programme, people)
    ended = asked.ended_session(2)
    asked.join(ended, asked.ama)
    asked.ask()
    accepted = answer_about_attendance(ended, asked.ama, people)
    miss(programme, people)
    kinds = sorted(MUST_BE_SEEN - {"confirmation"})
    waiting_to_leave = Message.objects.exclude(state=Message.State.CANCELLED).order_by("due_at")
    messages = [(kind, waiting_to_leave.filter(kind=kind)[0]) for kind in kinds]
    many = Message.objects.filter(kind="confirmation").order_by("pk")[0]
    others = [*exchanged(programme, people), *left(programme, people), *told(programme, people)]
    return [
        ("confirmation", many),
        one,
        waits,
        *others,
        accepted,
        *messages,
        ("edited", in_other_words(messages, "reminder-day")),
    ]


def propose(programme: Programme, people: People) -> None:
    """Send an idea to a hub, confirm it, write about it, and invite a co-author."""
    receipt = sent_idea(programme.bc, title=LONG_EN[:200])
    inquiry = confirm_inquiry(inquiry=Inquiry.objects.get(pk=receipt.answer["inquiry"]))
    answer_authors(inquiry=inquiry, text=f"{LONG_EN}\n\nhttps://example.org/{'a' * 120}", by=people.staff)
    comment(inquiry=inquiry, text=LONG_FR, by=inquiry.person)
    invite_author(inquiry=inquiry, name="Luc", email=people.luc.email, by=inquiry.person)
    undated = programme.series("undated", title_en=LONG_EN, title_fr=LONG_FR)
    watch = watch_series(series=undated, email=people.luc.email, signed_in=None, network="192.0.2.1")
    confirm_watch(watch=watch)
    programme.session(undated, 1, days=9, title_en=LONG_EN, title_fr=LONG_FR)
    Session.objects.filter(series=undated).update(last_modified_at=NOW - dt.timedelta(hours=1))
    tell_of_dates(now=NOW)


def certify(programme: Programme, people: People) -> None:
    """Issue a certificate, and write its email."""
    ltc = LongTermCare(programme, people)
    ltc.attend_all(people.luc)
    issue_certificates(series=ltc.series, by=ltc.by)
    render_certificates()
    ltc.attend(5, {people.ama: 40})
    issue_certificates(series=ltc.series, by=ltc.by)
    revoke_certificate(certificate=Certificate.objects.get(person=people.ama), because=LONG_FR, by=ltc.by)
    until = timezone.localdate() + dt.timedelta(days=30)
    give_review(
        accreditation=ltc.record,
        name="Rita Reviewer",
        email="rita@example.org",
        language="en",
        until=until,
        by=people.staff,
    )


def answer_about_attendance(session: Session, person: Person, people: People) -> tuple[str, Message]:
    """Refuse a request with a long reason, and accept the next one. Return the email with the second answer."""
    refuse_request(request=ask_for_attendance(session=session, person=person), reason=LONG_FR, by=people.staff)
    again = ask_for_attendance(session=session, person=person)
    accept_request(request=again, minutes=50, note=LONG_EN, by=people.staff)
    return newest("attendance-answer.accepted", "attendance-answer")


def miss(programme: Programme, people: People) -> None:
    """Add a recording to a session that somebody missed."""
    session = programme.session(programme.series("missed"), 1, days=-3, title_en=LONG_EN, title_fr=LONG_FR)
    register(people.ama, session)
    data = b"Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n"
    start = dt.datetime.combine(session.on_date or NOW.date(), dt.time(12))
    data += f'"A",{people.ama.email},{start},{start + dt.timedelta(minutes=50)},50\n'.encode()
    register(people.make("missed@example.org", "Mia"), session)
    draft = upload_report(session=session, file_name="r.csv", data=data, zone="America/Toronto", by=people.staff)
    import_report(report=draft, sha256=draft.sha256, by=people.staff)
    Material.objects.create(session=session, kind="recording", language="en", url="https://video.example/1")
    assert tell_of_recordings(now=NOW) == 1


def in_other_words(messages: list[tuple[str, Message]], kind: str) -> Message:
    """Return a copy of the message of this kind with an edited text that contains a very long URL."""
    message = copy.copy(dict(messages)[kind])
    words = text_to_edit(preview(message, message.language, scope_ids=None))
    message.edited_text = f"{words}\nhttps://example.org/{'a' * 120}\n"
    return message


def exchanged(programme: Programme, people: People) -> list[tuple[str, Message]]:
    series, (old, new) = programme.open_series("capaciti", sessions=2, choose_one=True)
    (row,) = enroll(people.ama, series, old)
    actions.swap_session(registration=row, to_session=new, by=people.ama)
    return [newest("left.exchanged", "left"), newest("confirmation.exchanged")]


def left(programme: Programme, people: People) -> list[tuple[str, Message]]:
    """Write the emails to a person who leaves a series after the invitation to its first session was sent."""
    series = programme.series("ltc")
    sessions = [programme.session(series, number, days=number, title_en="") for number in range(1, 4)]
    enroll(people.stranger, series, sessions[0])
    Message.objects.filter(person_id=people.stranger.pk).update(transmitting_at=NOW)
    enroll(people.stranger, series, *sessions[1:])
    actions.leave_series(person=people.stranger, series=series, by=people.stranger)
    alone, summary = Message.objects.filter(kind="left", person_id=people.stranger.pk).order_by("-pk")
    return [("left.series", summary), ("left.series.alone", alone)]


def told(programme: Programme, people: People) -> list[tuple[str, Message]]:
    """Write emails about changed time zone rules, a removed time and a recalled cancellation, and return them."""
    series = programme.series("west", title_en="Western rounds", title_fr="Rencontres de l’Ouest")
    west = programme.session(series, 1, days=9, at="09:00", time_zone="America/Vancouver", title_en="Dyspnea")
    hour = dt.timedelta(hours=1)
    Session.objects.filter(pk=west.pk).update(
        starts_at=F("starts_at") + hour, ends_at=F("ends_at") + hour, over_at=F("ends_at") + hour
    )
    near = people.make("near@example.org", "Nia", province="BC", time_zone="America/Vancouver")
    for person in (people.luc, near):
        enroll(person, series, west)
    call_command("check_timezones", "--send", stdout=StringIO())
    own, far = Message.objects.filter(kind="rescheduled").order_by("-pk")[:2]
    undated = programme.session(series, 2, days=10, title_en="Delirium", title_fr="Délirium")
    enroll(people.luc, series, undated)
    note = "The room was taken.\nWe look for another one.\n\nSee https://example.org/rooms"
    no_hour = actions.NewTime(undated.on_date, None, None, "America/Toronto")
    actions.reschedule_session(session=undated, new_time=no_hour, by=people.staff, note_en=note)
    without_hour = newest("rescheduled.no-hour", "rescheduled")
    kept = programme.session(series, 3, days=11, title_en="Agitation")
    enroll(people.luc, series, kept)
    mistaken = actions.cancel_session(session=kept, by=people.staff)
    Message.objects.filter(kind="confirmation", person_id=people.luc.pk).update(transmitting_at=Now())
    actions.recall_change(change=mistaken, by=people.staff)
    return [
        ("rescheduled.rules", far),
        ("rescheduled.rules.own-clock", own),
        without_hour,
        newest("rescheduled.takes-place", "rescheduled"),
    ]


def newest(label: str, kind: str = "confirmation") -> tuple[str, Message]:
    return label, Message.objects.filter(kind=kind).order_by(F("pk").desc())[0]
