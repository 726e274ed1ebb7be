"""Write to all people in a series, or to those who have not joined a session yet."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from attendance.actions import take_roll_call
from attendance.models import Attendance, JoinClick
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations.models import Announcement, Registration
from sessions.models import Series, Session
from tests.admin.pages import form_key_of, leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.smtp_server import Sink
from tests.tables import checksums

WORDS = {
    "subject_en": "About {series}",
    "subject_fr": "Au sujet de {series}",
    "text_en": "Dear {name},\n\nThe next dates are on the portal.\n\n{my_sessions}",
    "text_fr": "Bonjour {name},\n\nLes prochaines dates sont sur le portail.",
}


@pytest.fixture
def series(own: HubRows, programme: Programme, people: People) -> Series:
    """Return the series with a second session. Luc has places in both, and the hub's registrant in the first only."""
    found = own[Series]
    second = programme.session(found, 90, days=40)
    now = timezone.now()
    for session in (own[Session], second):
        Registration.objects.create(
            person=people.luc, session=session, state="registered", registered_at=now, changed_at=now
        )
    return found


def here(series: Series) -> str:
    return reverse("admin:echo_sessions_series_write", args=(series.pk,))


def send(client: Client, series: Series, counted: int, **fields: Any) -> Any:
    values = {**WORDS, "whom": "all", **fields}
    preview = client.post(here(series), {**values, "step": "preview"})
    posted = {**values, "step": "send", "counted": counted, "form_key": form_key_of(preview)}
    return client.post(here(series), posted, follow=True)


@pytest.mark.usefixtures("no_suppression")
def test_everybody_in_the_series_gets_one_email(series: Series, own: HubRows, sink: Sink) -> None:
    client = signed_in_client(own.coordinator)
    answer = send(client, series, 2)
    assert "2 emails wait until" in says(answer)
    assert says(answer).count("Message to registrants") == 2, "in the list of the series"
    written = Message.objects.filter(kind="announcement")
    assert sorted(written.values_list("address", flat=True)) == ["luc@example.org", own[Registration].person.email]
    assert set(written.values_list("scope_id", flat=True)) == {series.hub_id}
    event = AuditEvent.objects.get(verb="write-to-registrants")
    assert (event.about, event.scope_id) == (f"series:{series.pk}", series.hub_id)
    Message.objects.exclude(kind="announcement").delete()
    written.update(due_at=timezone.now() - dt.timedelta(minutes=1))
    assert deliver_due() == {"sent": 2}
    assert sorted(str(email["Subject"]) for email in sink.emails) == [
        f"About {series.title_en}",
        f"Au sujet de {series.title_fr}",
    ]


def test_words_of_a_single_session_are_refused_in_an_email_to_a_series(series: Series, own: HubRows) -> None:
    answer = signed_in_client(own.coordinator).post(
        here(series), {**WORDS, "whom": "all", "step": "preview", "text_en": "See you on {date}"}
    )
    assert "“{date}” is not known. You can use: {name}, {series}, {my_sessions}." in says(answer)
    assert not Announcement.objects.exists()


def test_lists_of_a_series_are_people_with_a_session_to_come_and_the_others(
    series: Series, own: HubRows, people: People
) -> None:
    Session.objects.filter(pk=own[Session].pk).update(state="cancelled")
    client = signed_in_client(own.coordinator)
    names = {among: says(client.get(here(series), {"among": among})) for among in ("", "to-come", "others")}
    assert {among for among, page in names.items() if "Luc Bélanger" in page} == {"", "to-come"}
    assert {among for among, page in names.items() if "OWNHUB-person" in page} == {"", "others"}


@pytest.mark.usefixtures("no_suppression")
def test_somebody_who_left_the_series_meanwhile_gets_no_email(series: Series, own: HubRows, people: People) -> None:
    send(signed_in_client(own.coordinator), series, 2)
    gone = {"state": "cancelled", "cancelled_at": timezone.now()}
    Registration.objects.filter(person=people.luc, session=own[Session]).update(**gone)
    Message.objects.exclude(kind="announcement").delete()
    written = Message.objects.filter(kind="announcement")
    written.exclude(person_id=people.luc.pk).delete()
    written.update(due_at=timezone.now() - dt.timedelta(minutes=1))
    Registration.objects.filter(person=people.luc).update(**gone)
    assert deliver_due() == {"dropped": 1}


def test_an_email_to_a_series_can_be_taken_back_for_five_minutes(series: Series, own: HubRows, other: HubRows) -> None:
    client, stranger = signed_in_client(own.coordinator), signed_in_client(other.coordinator)
    send(client, series, 2)
    recall = reverse("admin:echo_sessions_series_unwrite", args=(series.pk, Announcement.objects.get().pk))
    assert "You wrote to registrants a moment ago." in says(
        client.get(reverse("admin:echo_sessions_series_messages", args=(series.pk,)))
    )
    before = checksums()
    assert (stranger.post(recall).status_code, stranger.post(here(series), WORDS).status_code) == (404, 404)
    elsewhere = reverse("admin:echo_sessions_series_unwrite", args=(other[Series].pk, Announcement.objects.get().pk))
    assert stranger.post(elsewhere).status_code == 404
    assert checksums() == before
    assert not leaks(client.get(here(series)))
    assert "2 emails were taken back." in says(client.post(recall, follow=True))
    assert set(Message.objects.filter(kind="announcement").values_list("state", flat=True)) == {"cancelled"}


def test_people_who_have_not_joined_yet_are_a_list_while_the_room_is_open(
    own: HubRows, series: Series, people: People
) -> None:
    page = reverse("admin:echo_sessions_session_write", args=(own[Session].pk,))
    client = signed_in_client(own.coordinator)
    assert "Not joined yet" not in says(client.get(page))
    now = timezone.now()
    Session.objects.filter(pk=own[Session].pk).update(
        starts_at=now - dt.timedelta(minutes=5),
        ends_at=now + dt.timedelta(hours=1),
        over_at=now + dt.timedelta(hours=1),
    )
    place = Registration.objects.get(person=people.luc, session=own[Session])
    JoinClick.objects.update_or_create(registration=place, defaults={"first_at": now, "last_at": now})
    JoinClick.objects.exclude(registration=place).delete()
    Attendance.objects.all().delete()
    answer = client.get(page, {"among": "not-joined"})
    assert "Not joined yet (1)" in says(answer)
    assert [row.person_id for row in answer.context["rows"]] == [own[Registration].person_id]
    take_roll_call(
        session=Session.objects.get(pk=own[Session].pk), present={own[Registration].person_id}, by=people.staff
    )
    assert "Not joined yet (0)" in says(client.get(page, {"among": "not-joined"}))
