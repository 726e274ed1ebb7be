"""Move or cancel a session in the administration: the preview and the confirmation."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.lib.dates import date_long
from echo_portal.outbox.models import Message, Suppression
from echo_portal.outbox.suppressions import suppress
from registrations.actions import NewTime, reschedule_session
from registrations.models import Registration, SessionChange
from sessions.models import Series, Session
from tests.admin.pages import address, posted_fields, says
from tests.admin.session_changes import commit, new_time, page, preview
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.usefixtures("luc_registered")


def test_time_and_state_are_read_only_with_registrants(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    here = address(Session, "change", session.pk)
    shown = coordinator_client.get(here)
    assert "Move this session" in says(shown)
    assert not {"on_date", "start_time", "end_time", "time_zone", "state"} & set(shown.context["adminform"].form.fields)
    forged = {"start_time": "03:00", "end_time": "04:00", "state": "cancelled", "time_zone": "America/Vancouver"}
    data = {**posted_fields(coordinator_client, here), "capacity": 7}
    assert coordinator_client.post(here, {**data, **forged}).status_code == 200
    session.refresh_from_db()
    assert (session.start_time, session.state, session.capacity, session.revision) == (
        dt.time(12),
        "published",
        None,
        0,
    )
    assert coordinator_client.post(here, data).status_code == 302
    session.refresh_from_db()
    assert (session.start_time, session.state, session.capacity, session.revision) == (dt.time(12), "published", 7, 0)
    Registration.objects.all().delete()
    shown = coordinator_client.get(here)
    assert "Move this session" not in says(shown)
    assert "on_date" in shown.context["adminform"].form.fields


@pytest.mark.parametrize("language", ["en", "fr"])
def test_form_opened_before_somebody_registered_cannot_move_the_session(
    coordinator_client: Client, own: HubRows, language: str
) -> None:
    rows = list(Registration.objects.all())
    Registration.objects.all().delete()
    session = own[Session]
    here = address(Session, "change", session.pk)
    opened = posted_fields(coordinator_client, here)
    Registration.objects.bulk_create(rows)
    before = {name: value for name, value in checksums().items() if name != "cache"}
    day = (timezone.localdate() + dt.timedelta(days=40)).isoformat()
    typed = {"on_date": day, "start_time": "15:00", "end_time": "16:30", "title_fr": "Titre tapé"}
    answer = coordinator_client.post(here, {**opened, **typed}, headers={"accept-language": language})
    assert answer.status_code == 200
    words = {
        "en": "Somebody has registered since, so nothing was saved.",
        "fr": "Quelqu’un s’est inscrit entre-temps; rien n’a été enregistré.",
    }
    assert words[language] in says(answer)
    shown = answer.context["adminform"].form
    assert {name: shown[name].value() for name in typed} == typed
    assert {name: value for name, value in checksums().items() if name != "cache"} == before
    assert coordinator_client.post(here, {**opened, "title_fr": "Titre"}).status_code == 302
    session.refresh_from_db()
    assert (session.title_fr, session.start_time, session.revision) == ("Titre", dt.time(12), 1)


def test_move_preview_displays_emails_and_changes_nothing(
    coordinator_client: Client, own: HubRows, people: People, programme: Programme
) -> None:
    session = own[Session]
    other = programme.session(own[Series], 2, days=7, at="16:00")
    now = timezone.now()
    Registration.objects.create(person=people.luc, session=other, state="registered", registered_at=now, changed_at=now)
    before = {name: rows for name, rows in checksums().items() if name != "cache"}
    shown = preview(coordinator_client, session)
    text = says(shown)
    for words in (
        "2 emails: 2 registered, 0 waiting. 1 in English. 1 in French.",
        "3:00 – 4:30 pm Eastern time",
        f"{date_long(timezone.localdate() + dt.timedelta(days=7), 'en')}, ",
        "Luc Bélanger has OWNHUB-series, 2. ownhub-series 2 at that time.",
        "A day before: 2 people",
        "New time: OWNHUB-session",
        "Move it and write 2 emails",
    ):
        assert words in text, words
    assert shown.content.decode().count("<iframe") == 2
    assert {name: rows for name, rows in checksums().items() if name != "cache"} == before


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("15:00", "16:00", "right after it."),
        ("17:00", "18:00", "right before it."),
        ("16:30", "17:30", "at that time."),
    ],
)
def test_move_preview_distinguishes_adjacent_sessions_from_clashes(
    coordinator_client: Client, own: HubRows, people: People, programme: Programme, start: str, end: str, words: str
) -> None:
    other = programme.session(own[Series], 2, days=7, at="16:00")
    now = timezone.now()
    Registration.objects.create(person=people.luc, session=other, state="registered", registered_at=now, changed_at=now)
    text = says(preview(coordinator_client, own[Session], start_time=start, end_time=end))
    assert f"Luc Bélanger has OWNHUB-series, 2. ownhub-series 2 {words}" in text


def test_move_preview_warns_if_a_registrants_local_time_is_at_night(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    Person.objects.filter(pk=people.luc.pk).update(province="BC", time_zone="America/Vancouver")
    warning = "Before 7:00 in the morning or after 9:00 in the evening for some:"
    text = says(preview(coordinator_client, own[Session], start_time="08:30", end_time="09:30"))
    assert warning in text
    assert "Pacific time (BC), 1 person:" in text.partition(warning)[2]
    assert warning not in says(preview(coordinator_client, own[Session], start_time="09:00", end_time="10:00"))


def test_sample_emails_of_a_move_have_no_personal_links(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    session = own[Session]
    key = preview(coordinator_client, session).context["sample_key"]
    for language, words in (("en", "The room was taken."), ("fr", "La salle était prise.")):
        answer = coordinator_client.get(page(session, "sample", key, language))
        text = answer.content.decode()
        assert words in text
        assert "personal-link-" in text
        assert token_for(own[Person], MANAGE) not in text
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert signed_in_client(people.staff).get(page(session, "sample", key, "en")).status_code == 404
    assert coordinator_client.get(page(session, "sample", "other", "en")).status_code == 404


def test_moving_a_session_back_before_emails_are_sent_sends_no_email(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    commit(coordinator_client, session)
    back = {"start_time": "12:00", "end_time": "13:00"}
    text = says(preview(coordinator_client, session, **back))
    assert "2 people were told this last, and get no email." in text
    assert "Move it without an email" in text
    assert "The session is moved. 2 people were told this last, and get no email." in says(
        commit(coordinator_client, session, revision=1, **back)
    )
    assert not Message.objects.filter(about__startswith="change:", state="queued").exists()


@pytest.mark.parametrize("name", ["move", "cancel"])
def test_change_is_shown_again_if_its_number_of_emails_is_another_one(
    coordinator_client: Client, own: HubRows, name: str
) -> None:
    session = own[Session]
    fields = {"emails": preview(coordinator_client, session, name).context["preview"].emails}
    Registration.objects.filter(pk=own[Registration].pk).delete()
    before = {table: rows for table, rows in checksums().items() if table != "cache"}
    answer = commit(coordinator_client, session, name, **fields)
    assert "This is what it means now; look once more." in says(answer)
    assert {table: rows for table, rows in checksums().items() if table != "cache"} == before
    fields = {"emails": answer.context["preview"].emails}
    assert fields == {"emails": 1}
    commit(coordinator_client, session, name, **fields)
    assert Message.objects.filter(about__startswith="change:").count() == 1


def test_move_preview_says_who_gets_no_reminders_yet(coordinator_client: Client, own: HubRows) -> None:
    words = "1 person has not confirmed their address: until they do, they get reminders of their next session only."
    assert words not in says(preview(coordinator_client, own[Session]))
    Registration.objects.filter(pk=own[Registration].pk).update(reminders_wait=True)
    text = says(preview(coordinator_client, own[Session]))
    assert words in text
    assert "A day before: 1 person" in text


def test_cancellation_is_previewed_committed_and_recalled(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    assert "Cancelled: OWNHUB-session" in says(preview(coordinator_client, session, "cancel"))
    assert "The session is cancelled. 2 emails wait until" in says(commit(coordinator_client, session, "cancel"))
    session.refresh_from_db()
    assert session.state == "cancelled"
    assert Message.objects.filter(kind="session-cancelled").count() == 2
    assert "This session is cancelled." in says(coordinator_client.get(page(session, "move"), follow=True))
    coordinator_client.post(page(session, "recall", SessionChange.objects.get().pk))
    session.refresh_from_db()
    assert session.state == "published"


@pytest.mark.parametrize("name", ["move", "cancel"])
def test_change_committed_twice_is_made_once(coordinator_client: Client, own: HubRows, name: str) -> None:
    for _press in range(2):
        assert commit(coordinator_client, own[Session], name).status_code == 200
    assert SessionChange.objects.count() == 1
    assert Message.objects.filter(about__startswith="change:").count() == 2


def test_commit_after_another_change_displays_a_new_preview(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    session = own[Session]
    preview(coordinator_client, session)
    day = session.on_date
    meanwhile = NewTime(day, dt.time(9), dt.time(10), "America/Toronto")
    reschedule_session(session=session, new_time=meanwhile, by=people.staff)
    answer = commit(coordinator_client, session, revision=0)
    text = says(answer)
    assert "The session was changed since you looked" in text
    assert "9:00 – 10:00 am Eastern time. Then:" in text
    assert SessionChange.objects.count() == 1
    assert 'name="revision" value="1"' in answer.content.decode()
    commit(coordinator_client, session, revision=1)
    session.refresh_from_db()
    assert session.start_time == dt.time(15)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start_time": "12:00", "end_time": "13:00"}, "stands at this time already"),
        ({"on_date": "2020-01-01"}, "still to come"),
        ({"on_date": "2027-03-14", "start_time": "02:30", "end_time": "03:30"}, "clocks jump over 02:30"),
        ({"end_time": ""}, "date, the start and the end together"),
        ({"end_time": "14:00"}, "must end after it starts"),
        ({"time_zone": "Europe/Paris"}, "Choose from the list."),
        ({"on_date": "soon"}, "Write a date like"),
        ({"note_en": "a\x07"}, "control characters"),
    ],
)
def test_move_to_impossible_time_is_refused(
    coordinator_client: Client, own: HubRows, changes: dict[str, Any], sentence: str
) -> None:
    for name in ("preview", "commit"):
        data = {**new_time(own[Session], **changes), "step": name, "revision": 0}
        assert sentence in says(coordinator_client.post(page(own[Session], "move"), data, follow=True))
    assert not SessionChange.objects.exists()


def test_move_form_keeps_its_values_when_edited_again(coordinator_client: Client, own: HubRows) -> None:
    answer = coordinator_client.post(page(own[Session], "move"), {**new_time(own[Session]), "step": "edit"})
    text = answer.content.decode()
    assert 'value="15:00"' in text
    assert "The room was taken." in text


def test_held_session_is_neither_moved_nor_cancelled(coordinator_client: Client, own: HubRows) -> None:
    Session.objects.filter(pk=own[Session].pk).update(
        over_at=timezone.now(), starts_at=None, ends_at=None, start_time=None, end_time=None
    )
    for name in ("move", "cancel"):
        assert "has been held" in says(commit(coordinator_client, own[Session], name))
    assert not SessionChange.objects.exists()


def test_move_preview_names_registrants_whose_email_is_suppressed(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    Suppression.objects.all().delete()
    assert "will not arrive" not in says(preview(coordinator_client, own[Session]))
    suppress(address=people.luc.email, reason="hard-bounce", scope_id=own.hub.pk)
    text = says(preview(coordinator_client, own[Session]))
    assert "Emails to 1 of them came back or are unwanted, so this email will not arrive: Luc Bélanger." in text
