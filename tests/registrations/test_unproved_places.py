"""In sessions with a limit, places of addresses that nobody has proved are kept for 48 hours (ADR 17)."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent, FormReceipt, Person
from accounts.time_zones import zone_of
from echo_portal.lib.dates import instant
from registrations import actions, tasks
from registrations.links import join_token, manage_path
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.messages import deliver_only
from tests.people import People
from tests.registrations.forms import form
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db

SLUG = "small"
LATER = dt.timedelta(hours=48, minutes=1)


@pytest.fixture
def session(programme: Programme) -> Session:
    return programme.session(programme.series(SLUG), 1, days=20, capacity=1)


@pytest.fixture
def post(client: Client, session: Session) -> Callable[[str], None]:
    def send(address: str) -> None:
        fields = form(email=address, sessions=[session.pk], language="en")
        assert client.post(reverse("register", kwargs={"slug": SLUG}), fields).status_code == 302

    return send


def states() -> dict[str, str]:
    rows = Registration.objects.select_related("person")
    return {row.person.email.partition("@")[0]: row.state for row in rows}


def after(wait: dt.timedelta) -> None:
    with time_machine.travel(timezone.now() + wait, tick=False):
        tasks.promote_waiting()


def text_of(kind: str, sink: Sink) -> str:
    deliver_only(kind=kind)
    body = sink.emails[-1].get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def test_unconfirmed_place_is_given_to_the_next_waiting_person_after_48_hours(post: Callable[[str], None]) -> None:
    for name in ("ghost", "first", "second"):
        post(f"{name}@example.org")
    after(dt.timedelta(hours=47))
    assert states() == {"ghost": "registered", "first": "waiting", "second": "waiting"}
    after(LATER)
    assert states() == {"ghost": "cancelled", "first": "registered", "second": "waiting"}
    kept = Registration.objects.get(person__email="first@example.org").kept_until
    assert kept is not None
    assert kept > timezone.now() + dt.timedelta(hours=90)
    assert AuditEvent.objects.filter(verb="release-place", actor_id=None).count() == 1


def test_place_is_kept_while_nobody_waits(post: Callable[[str], None]) -> None:
    post("ghost@example.org")
    after(LATER)
    assert states() == {"ghost": "registered"}


def test_confirmed_place_is_kept(client: Client, post: Callable[[str], None]) -> None:
    post("nurse@example.org")
    post("second@example.org")
    token = token_for(Person.objects.get(email="nurse@example.org"), MANAGE)
    client.post(reverse("confirm_address", kwargs={"token": token}))
    after(LATER)
    assert states() == {"nurse": "registered", "second": "waiting"}


def test_place_of_a_proved_address_is_kept(people: People, session: Session, post: Callable[[str], None]) -> None:
    enroll(people.ama, session.series, session)
    post("second@example.org")
    after(LATER)
    assert states() == {"ama": "registered", "second": "waiting"}


def test_no_more_places_are_released_than_people_wait(
    programme: Programme, post: Callable[[str], None], session: Session
) -> None:
    Session.objects.filter(pk=session.pk).update(capacity=2)
    for name in ("ghost", "spirit", "first"):
        post(f"{name}@example.org")
    after(LATER)
    assert states() == {"ghost": "cancelled", "spirit": "registered", "first": "registered"}


def test_place_in_a_session_that_starts_soon_is_kept(programme: Programme, client: Client) -> None:
    near = programme.session(programme.series(SLUG), 1, days=2, capacity=1, at="00:30")
    for name in ("late", "second"):
        client.post(reverse("register", kwargs={"slug": SLUG}), form(email=f"{name}@example.org", sessions=[near.pk]))
    assert Registration.objects.get(person__email="late@example.org").kept_until is None
    after(dt.timedelta(hours=20))
    assert states() == {"late": "registered", "second": "waiting"}


def test_place_is_kept_like_any_other_after_its_session_moved_to_an_earlier_day(
    post: Callable[[str], None], session: Session, client: Client
) -> None:
    """Otherwise, the page could say that a place is kept until a day after the session."""
    post("ghost@example.org")
    session.refresh_from_db()
    soon = dt.date.fromordinal(timezone.localdate().toordinal() + 1)
    new_time = actions.NewTime(soon, dt.time(12), dt.time(13), session.time_zone)
    actions.reschedule_session(session=session, new_time=new_time, by=None)
    row = Registration.objects.get()
    assert (row.state, row.kept_until) == ("registered", None)
    page = client.get(manage_path(row.person)).content.decode()
    assert "Kept until" not in page


def test_place_stays_kept_until_the_same_time_if_its_session_moves_within_the_term(
    post: Callable[[str], None], session: Session
) -> None:
    post("ghost@example.org")
    kept = Registration.objects.get().kept_until
    new_time = actions.NewTime(session.on_date, dt.time(15), dt.time(16), session.time_zone)
    actions.reschedule_session(session=session, new_time=new_time, by=None)
    assert kept is not None
    assert Registration.objects.get().kept_until == kept


def test_emails_say_until_when_a_place_is_kept(post: Callable[[str], None], sink: Sink) -> None:
    post("ghost@example.org")
    confirmation = text_of("confirmation", sink)
    assert "Places in this session are limited. Confirm your address by" in confirmation
    assert "/confirm/" in confirmation
    post("second@example.org")
    after(LATER)
    assert "We kept yours until" in text_of("left", sink)
    assert sink.emails[-1]["Subject"] == "Your place went to the next person: small 1"
    assert "Confirm your address by" in text_of("place-from-waiting-list", sink)


def test_email_to_a_proved_address_has_no_confirmation_link(people: People, session: Session, sink: Sink) -> None:
    enroll(people.ama, session.series, session)
    assert "/confirm/" not in text_of("confirmation", sink)


def test_emails_say_that_confirming_the_address_adds_the_other_reminders(
    client: Client, programme: Programme, sink: Sink
) -> None:
    programme.open_series(sessions=2)
    client.post(reverse("register", kwargs={"slug": "psw-cop"}), form(which="all", language="en"))
    assert "Confirm your address to be reminded of the others too." in text_of("confirmation", sink)
    assert "Confirm your address to be reminded of your other sessions too." in text_of("reminder-day", sink)


def test_name_that_nobody_proved_is_not_in_emails(client: Client, programme: Programme, sink: Sink) -> None:
    _series, sessions = programme.open_series(sessions=1)
    for _time in range(2):
        fields = form(name="Win at casino.example", sessions=[sessions[0].pk], language="en")
        client.post(reverse("register", kwargs={"slug": "psw-cop"}), fields)
    deliver_only(kind__in=["confirmation", "registration-unchanged"])
    assert len(sink.emails) == 2
    for email in sink.emails:
        parts = [part.get_payload(decode=True) or b"" for part in email.walk() if not part.is_multipart()]
        assert b"casino" not in b"".join(parts) + email.as_bytes()  # type: ignore[arg-type]


def test_name_in_emails_is_the_address_until_the_mailbox_is_proved(people: People) -> None:
    person = people.make("elodie@example.org", "Win at casino.example", proved=False)
    assert person.name_in_emails == "elodie@example.org"
    person.mailbox_proved_at = timezone.now()
    assert person.name_in_emails == "Win at casino.example"


def test_done_page_tells_no_known_address_apart_and_promises_no_later_time(
    client: Client, session: Session, people: People
) -> None:
    """Two days after a first form, the place may be lost.

    The page must not display a time counted from the second form.
    """
    Session.objects.filter(pk=session.pk).update(capacity=4)
    texts = set()
    start = dt.datetime(2026, 11, 24, 14, 0, tzinfo=dt.UTC)
    for days, address in ((0, "new@example.org"), (1, "new@example.org"), (1, people.ama.email)):
        with time_machine.travel(start + dt.timedelta(days=days), tick=False):
            fields = form(email=address, sessions=[session.pk])
            done = client.post(reverse("register", kwargs={"slug": SLUG}), fields)["Location"]
            FormReceipt.objects.filter(public_id=done.rstrip("/").rpartition("/")[2]).update(created_at=timezone.now())
            page = client.get(done).content.decode()
            texts.add(page[page.index("Confirm your address") :].partition("</div>")[0])
    (text,) = texts
    assert "yours is kept for 48 hours from your first form" in text
    assert re.findall(r"Nov|[ap]m\b", text) == []
    with time_machine.travel(start + dt.timedelta(days=3), tick=False):
        assert client.get(done).context["hours_kept"] == 0


def test_email_about_a_form_sent_again_says_until_when_the_place_is_kept(
    post: Callable[[str], None], sink: Sink
) -> None:
    post("ghost@example.org")
    row = Registration.objects.get()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=3), tick=False):
        post("ghost@example.org")
        text = text_of("registration-unchanged", sink)
    assert row.kept_until is not None
    assert (
        f"Confirm your address by {instant(row.kept_until, zone_of(row.person), 'en')}:".replace("\u00a0", " ") in text
    )
    assert "/confirm/" in text


def test_done_page_has_no_deadline_for_a_signed_in_person_or_without_a_limit(
    client: Client, session: Session, people: People
) -> None:
    address = reverse("register", kwargs={"slug": SLUG})
    client.force_login(people.ama)
    done = client.post(address, form(email=people.ama.email, sessions=[session.pk]))["Location"]
    assert client.get(done).context["hours_kept"] == 0
    client.logout()
    Session.objects.filter(pk=session.pk).update(capacity=None)
    done = client.post(address, form(email="new@example.org", sessions=[session.pk]))["Location"]
    assert client.get(done).context["hours_kept"] == 0


def test_my_sessions_says_until_when_a_place_is_kept(post: Callable[[str], None], client: Client) -> None:
    post("new@example.org")
    person = Person.objects.get()
    own = reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)})
    row = Registration.objects.get()
    assert row.kept_until is not None
    assert f"Kept until {instant(row.kept_until, None, 'en')}" in client.get(own).content.decode()
    with time_machine.travel(row.kept_until, tick=False):
        assert "No longer kept" in client.get(own).content.decode()
    post("next@example.org")
    after(LATER)
    assert "Your place went to the next person." in " ".join(client.get(own).content.decode().split())
    join = client.get(reverse("join", kwargs={"token": join_token(row)}))
    assert (join.status_code, "Your place went to the next person" in join.content.decode()) == (410, True)


def test_confirmed_place_is_not_provisional_on_my_sessions(post: Callable[[str], None], client: Client) -> None:
    post("new@example.org")
    own = reverse("my_sessions_link", kwargs={"token": token_for(Person.objects.get(), MANAGE)})
    Person.objects.update(mailbox_proved_at=timezone.now())
    text = client.get(own).content.decode()
    assert ("Kept until" in text, "No longer kept" in text) == (False, False)
