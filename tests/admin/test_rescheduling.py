"""Moving and cancelling a session in the administration: shown first, told once, taken back while the letters wait."""

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.admin.session import SessionAdmin
from echo_portal.lib.dates import date_long
from echo_portal.outbox.models import Message, Suppression
from echo_portal.outbox.suppressions import suppress
from hubs.models import Hub, Organisation
from registrations.actions import NewTime, reschedule_session
from registrations.models import Registration, SessionChange
from sessions.models import Series, Session
from tests.admin.test_messages import says
from tests.admin.test_scope import address, leaks, posted_fields, request_of, text_of
from tests.admin.two_hubs import CANARY, HubRows, enter
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums


@pytest.fixture
def desk(own: HubRows, people: People) -> Client:
    """The session of the own hub has Luc, who reads French, besides its first registrant."""
    now = timezone.now()
    Registration.objects.create(
        person=people.luc, session=own[Session], state="registered", registered_at=now, changed_at=now
    )
    return enter(own.coordinator)


def page(session: Session, name: str, *more: Any) -> str:
    return reverse(f"admin:echo_sessions_session_{name}", args=(session.pk, *more))


def new_time(session: Session, **changes: Any) -> dict[str, Any]:
    return {
        "on_date": session.on_date,
        "start_time": "15:00",
        "end_time": "16:30",
        "time_zone": "America/Toronto",
        "note_en": "The room was taken.",
        "note_fr": "La salle était prise.",
        **changes,
    }


def preview(client: Client, session: Session, name: str = "move", **changes: Any) -> Any:
    return client.post(page(session, name), {**new_time(session, **changes), "step": "preview"})


def commit(client: Client, session: Session, name: str = "move", *, revision: int = 0, **changes: Any) -> Any:
    data = {**new_time(session, **changes), "step": "commit", "revision": revision}
    return client.post(page(session, name), data, follow=True)


def test_time_and_state_are_read_only_once_people_are_registered(desk: Client, own: HubRows) -> None:
    session = own[Session]
    here = address(Session, "change", session.pk)
    shown = desk.get(here)
    assert "Move this session" in says(shown)
    assert not {"on_date", "start_time", "end_time", "time_zone", "state"} & set(shown.context["adminform"].form.fields)
    forged = {"start_time": "03:00", "end_time": "04:00", "state": "cancelled", "time_zone": "America/Vancouver"}
    assert desk.post(here, {**posted_fields(desk, here), **forged, "capacity": 7}).status_code == 302
    session.refresh_from_db()
    assert (session.start_time, session.state, session.capacity, session.revision) == (dt.time(12), "published", 7, 0)
    Registration.objects.all().delete()
    shown = desk.get(here)
    assert "Move this session" not in says(shown)
    assert "on_date" in shown.context["adminform"].form.fields


def test_a_move_is_shown_before_anybody_hears_of_it(
    desk: Client, own: HubRows, people: People, programme: Programme
) -> None:
    session = own[Session]
    other = programme.session(own[Series], 2, days=7, at="16:00")
    now = timezone.now()
    Registration.objects.create(person=people.luc, session=other, state="registered", registered_at=now, changed_at=now)
    before = {name: rows for name, rows in checksums().items() if name != "cache"}
    shown = preview(desk, session)
    text = says(shown)
    for words in (
        "2 letters: 2 registered, 0 waiting. 1 in English. 1 in French.",
        "3:00 – 4:30 pm Eastern time",
        f"{date_long(timezone.localdate() + dt.timedelta(days=7), 'en')}, ",
        "Luc Bélanger has OWNHUB-series, 2. ownhub-series 2 at that time.",
        "A day before: 2 people",
        "New time: OWNHUB-session",
        "Move it and write 2 letters",
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
def test_a_session_that_only_touches_the_new_time_is_said_to_be_before_or_after(
    desk: Client, own: HubRows, people: People, programme: Programme, start: str, end: str, words: str
) -> None:
    other = programme.session(own[Series], 2, days=7, at="16:00")
    now = timezone.now()
    Registration.objects.create(person=people.luc, session=other, state="registered", registered_at=now, changed_at=now)
    text = says(preview(desk, own[Session], start_time=start, end_time=end))
    assert f"Luc Bélanger has OWNHUB-series, 2. ownhub-series 2 {words}" in text


def test_an_hour_in_somebodys_night_is_said(desk: Client, own: HubRows, people: People) -> None:
    Person.objects.filter(pk=people.luc.pk).update(province="BC", time_zone="America/Vancouver")
    warning = "Before 7:00 in the morning or after 9:00 in the evening for some:"
    text = says(preview(desk, own[Session], start_time="08:30", end_time="09:30"))
    assert warning in text
    assert "Pacific time (BC), 1 person:" in text.partition(warning)[2]
    assert warning not in says(preview(desk, own[Session], start_time="09:00", end_time="10:00"))


@pytest.mark.parametrize("model", [Series, Session])
@pytest.mark.parametrize("title", ["Pain\u202eniaP", "Pain\x07"])
def test_a_title_with_control_characters_is_refused_as_a_name_is(
    desk: Client, own: HubRows, model: type[Series | Session], title: str
) -> None:
    row = own[model]
    here = address(model, "change", row.pk)
    answer = desk.post(here, {**posted_fields(desk, here), "title_en": title})
    assert answer.context["adminform"].form.errors["title_en"] == [
        "Write this on one line, without special control characters."
    ]
    row.refresh_from_db()
    assert row.title_en != title


@pytest.mark.parametrize("model", [Series, Session])
def test_a_title_that_nobody_can_see_is_no_title(desk: Client, own: HubRows, model: type[Series | Session]) -> None:
    row = own[model]
    here = address(model, "change", row.pk)
    assert desk.post(here, {**posted_fields(desk, here), "title_fr": "\u200b\u2060"}).status_code == 302
    row.refresh_from_db()
    assert row.title_fr == ""


@pytest.mark.parametrize(("model", "field"), [(Hub, "name_en"), (Organisation, "name_fr"), (Person, "name")])
def test_a_name_that_nobody_can_see_is_refused_as_an_empty_one_is(
    people: People, own: HubRows, model: type[Hub | Organisation | Person], field: str
) -> None:
    row = model.objects.earliest("pk")
    desk, here = enter(people.staff), address(model, "change", row.pk)
    answer = desk.post(here, {**posted_fields(desk, here), field: "\u3164"})
    assert answer.context["adminform"].form.errors[field] == ["This field is required."]
    assert getattr(model.objects.get(pk=row.pk), field) == getattr(row, field)


def test_the_samples_are_real_emails_with_nobodys_links(desk: Client, own: HubRows, people: People) -> None:
    session = own[Session]
    key = preview(desk, session).context["sample_key"]
    for language, words in (("en", "The room was taken."), ("fr", "La salle était prise.")):
        answer = desk.get(page(session, "sample", key, language))
        text = answer.content.decode()
        assert words in text
        assert "personal-link-" in text
        assert token_for(own[Person], MANAGE) not in text
        assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert enter(people.staff).get(page(session, "sample", key, "en")).status_code == 404
    assert desk.get(page(session, "sample", "other", "en")).status_code == 404


def test_a_move_is_one_commit_and_can_be_taken_back(desk: Client, own: HubRows) -> None:
    session = own[Session]
    answer = commit(desk, session)
    session.refresh_from_db()
    assert (session.start_time, session.state) == (dt.time(15), "rescheduled")
    emails = Message.objects.filter(kind="rescheduled", scope_id=own.hub.pk)
    assert {row.state for row in emails} == {"queued"}
    assert emails.count() == 2
    text = says(answer)
    assert "The session is moved; 2 letters are on their way." in text
    assert "2 letters wait until" in text
    change = SessionChange.objects.get()
    assert (change.made_by, change.note_fr) == (own.coordinator, "La salle était prise.")
    assert desk.get(page(session, "recall", change.pk)).status_code == 405
    text = says(desk.post(page(session, "recall", change.pk), follow=True))
    assert "The session is as it was before" in text
    assert "Take it back" not in text
    session.refresh_from_db()
    assert (session.start_time, session.state) == (dt.time(12), "published")
    assert {row.state for row in emails.all()} == {"cancelled"}


def test_once_an_email_has_left_there_is_nothing_to_take_back(desk: Client, own: HubRows) -> None:
    session = own[Session]
    commit(desk, session)
    change = SessionChange.objects.get()
    first = Message.objects.filter(kind="rescheduled").first()
    assert first is not None
    Message.objects.filter(pk=first.pk).update(state="sent", sent_at=timezone.now())
    assert "Take it back" not in says(desk.get(address(Session, "change", session.pk)))
    assert "The first letters have left" in says(desk.post(page(session, "recall", change.pk), follow=True))


def test_an_email_cancelled_by_hand_does_not_keep_the_change_from_being_taken_back(desk: Client, own: HubRows) -> None:
    commit(desk, own[Session])
    first = Message.objects.filter(kind="rescheduled").first()
    assert first is not None
    Message.objects.filter(pk=first.pk).update(state="cancelled")
    assert "1 letter waits until" in says(desk.get(address(Session, "change", own[Session].pk)))
    desk.post(page(own[Session], "recall", SessionChange.objects.get().pk))
    own[Session].refresh_from_db()
    assert own[Session].start_time == dt.time(12)


def test_taking_the_second_change_back_says_who_is_told_and_offers_the_first(desk: Client, own: HubRows) -> None:
    session = own[Session]
    commit(desk, session)
    text = says(preview(desk, session, start_time="16:00", end_time="17:00"))
    assert "Calendar feeds and pages show the change at once." in text
    text = says(commit(desk, session, revision=1, start_time="16:00", end_time="17:00"))
    assert "no letter leaves; calendar feeds and pages show the change at once." in text
    first, second = SessionChange.objects.order_by("pk")
    text = says(desk.post(page(session, "recall", second.pk), follow=True))
    assert "The session is as it was before. 2 letters are written, to those who were told another time." in text
    assert "2 letters wait until" in text
    text = says(desk.post(page(session, "recall", first.pk), follow=True))
    assert "The session is as it was before. No letter leaves; calendar feeds show the old time again." in text
    assert "wait until" not in text


def test_a_move_back_within_the_wait_is_shown_to_need_no_email(desk: Client, own: HubRows) -> None:
    session = own[Session]
    commit(desk, session)
    back = {"start_time": "12:00", "end_time": "13:00"}
    text = says(preview(desk, session, **back))
    assert "2 people were told this last, and get no letter." in text
    assert "Move it and write 0 letters" in text
    assert "Everybody was told this time already, so no letter leaves." in says(
        commit(desk, session, revision=1, **back)
    )
    assert not Message.objects.filter(about__startswith="change:", state="queued").exists()


def test_cancelling_goes_the_same_way(desk: Client, own: HubRows) -> None:
    session = own[Session]
    assert "Cancelled: OWNHUB-session" in says(preview(desk, session, "cancel"))
    assert "The session is cancelled; 2 letters are on their way." in says(commit(desk, session, "cancel"))
    session.refresh_from_db()
    assert session.state == "cancelled"
    assert Message.objects.filter(kind="session-cancelled").count() == 2
    assert "This session is cancelled." in says(desk.get(page(session, "move"), follow=True))
    desk.post(page(session, "recall", SessionChange.objects.get().pk))
    session.refresh_from_db()
    assert session.state == "published"


@pytest.mark.parametrize("name", ["move", "cancel"])
def test_pressing_twice_does_it_once(desk: Client, own: HubRows, name: str) -> None:
    for _press in range(2):
        assert commit(desk, own[Session], name).status_code == 200
    assert SessionChange.objects.count() == 1
    assert Message.objects.filter(about__startswith="change:").count() == 2


def test_what_changed_since_the_preview_is_shown_anew_and_nothing_is_done(
    desk: Client, own: HubRows, people: People
) -> None:
    session = own[Session]
    preview(desk, session)
    day = session.on_date
    meanwhile = NewTime(day, dt.time(9), dt.time(10), "America/Toronto")
    reschedule_session(session=session, new_time=meanwhile, by=people.staff)
    answer = commit(desk, session, revision=0)
    text = says(answer)
    assert "The session was changed since you looked" in text
    assert "9:00 – 10:00 am Eastern time. Then:" in text
    assert SessionChange.objects.count() == 1
    assert 'name="revision" value="1"' in answer.content.decode()
    commit(desk, session, revision=1)
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
        ({"time_zone": "Europe/Paris"}, "valid choice"),
        ({"on_date": "soon"}, "valid date"),
        ({"note_en": "a\x07"}, "control characters"),
    ],
)
def test_a_time_that_cannot_be_is_said_and_nothing_is_done(
    desk: Client, own: HubRows, changes: dict[str, Any], sentence: str
) -> None:
    for name in ("preview", "commit"):
        data = {**new_time(own[Session], **changes), "step": name, "revision": 0}
        assert sentence in says(desk.post(page(own[Session], "move"), data, follow=True))
    assert not SessionChange.objects.exists()


def test_changing_something_keeps_what_was_typed(desk: Client, own: HubRows) -> None:
    answer = desk.post(page(own[Session], "move"), {**new_time(own[Session]), "step": "edit"})
    text = answer.content.decode()
    assert 'value="15:00"' in text
    assert "The room was taken." in text


def test_a_session_that_was_held_is_neither_moved_nor_cancelled(desk: Client, own: HubRows) -> None:
    Session.objects.filter(pk=own[Session].pk).update(
        over_at=timezone.now(), starts_at=None, ends_at=None, start_time=None, end_time=None
    )
    for name in ("move", "cancel"):
        assert "has been held" in says(commit(desk, own[Session], name))
    assert not SessionChange.objects.exists()


# --- scope ------------------------------------------------------------------------------------------


def test_what_another_hub_teaches_a_registrant_is_not_named(desk: Client, own: HubRows, other: HubRows) -> None:
    now = timezone.now()
    Registration.objects.create(
        person=own[Person], session=other[Session], state="registered", registered_at=now, changed_at=now
    )
    Session.objects.filter(pk=own[Session].pk).update(start_time=dt.time(9), end_time=dt.time(10))
    session = Session.objects.get(pk=own[Session].pk)
    session.save()
    shown = preview(desk, session, start_time="12:00", end_time="13:00")
    assert "OWNHUB-person has a session of another hub at that time." in says(shown)
    assert not leaks(shown)
    for language in ("en", "fr"):
        assert not leaks(desk.get(page(session, "sample", shown.context["sample_key"], language)))


def pages_of(session: Session) -> list[str]:
    change = SessionChange.objects.filter(session=session).order_by("pk").last()
    return [
        *(page(session, name) for name in ("move", "cancel", "write")),
        page(session, "recall", change.pk if change else 0),
        page(session, "unwrite", 1),
        page(session, "sample", "x", "en"),
    ]


def test_another_hubs_session_is_not_there_at_any_of_these_addresses(
    own: HubRows, other: HubRows, people: People
) -> None:
    client = enter(own.coordinator)
    theirs = other[Session]
    reschedule_session(
        session=theirs,
        new_time=NewTime(theirs.on_date, dt.time(15), dt.time(16), "America/Toronto"),
        by=people.staff,
    )
    other[Series].partner_hubs.add(own.hub)  # who reads a joint series neither writes it nor sees its people
    before = checksums()
    for where in pages_of(theirs):
        for step in ("preview", "commit", "send"):
            data = {**new_time(theirs), "step": step, "revision": 1, "whom": "all", "counted": 1}
            for answer in (client.get(where), client.post(where, data)):
                assert answer.status_code == 404, where
                assert not leaks(answer)
    assert checksums() == before


def test_another_sessions_change_is_not_taken_back_through_an_own_one(
    own: HubRows, other: HubRows, people: People
) -> None:
    theirs = other[Session]
    moved = NewTime(theirs.on_date, dt.time(15), dt.time(16), "America/Toronto")
    change = reschedule_session(session=theirs, new_time=moved, by=people.staff)
    answer = enter(own.coordinator).post(page(own[Session], "recall", change.pk))
    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.start_time == dt.time(15)


def test_people_without_a_hub_and_strangers_reach_none_of_them(own: HubRows, people: People) -> None:
    nobody = enter(people.make("nobody@example.org", "No Hub", is_staff=True))
    for client in (nobody, enter(people.stranger), Client()):
        for where in pages_of(own[Session]):
            answer = client.get(where)
            assert answer.status_code in {302, 403, 404}
            assert "OWNHUB" not in text_of(answer)


def test_pallium_staff_moves_the_sessions_of_every_hub(own: HubRows, other: HubRows, people: People) -> None:
    client = enter(people.staff)
    for rows in (own, other):
        commit(client, rows[Session])
        rows[Session].refresh_from_db()
        assert rows[Session].start_time == dt.time(15)


class Unscoped(SessionAdmin):
    def get_queryset(self, request: HttpRequest) -> Any:
        return Session.objects.all()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


def test_without_the_guard_the_same_question_does_leak(own: HubRows, other: HubRows) -> None:
    request = request_of(own.coordinator)
    answer: Any = Unscoped(Session, admin.site).move_view(request, other[Session].pk)
    answer.render()
    assert CANARY in answer.content.decode()
    assert Hub.objects.editable_by(own.coordinator).count() == 1


def test_the_preview_names_whom_no_email_reaches(desk: Client, own: HubRows, people: People) -> None:
    Suppression.objects.all().delete()
    assert "will not arrive" not in says(preview(desk, own[Session]))
    suppress(address=people.luc.email, reason="hard-bounce")
    text = says(preview(desk, own[Session]))
    assert "Mail to 1 of them came back or is unwanted, so this letter will not arrive: Luc Bélanger." in text
