"""Publish a session whose series has enrolled people: preview, number of emails, confirming and recalling."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.admin.session import SessionAdmin
from echo_portal.outbox.models import Message, Suppression
from registrations.actions import publish_session
from registrations.models import Enrollment, Registration, SessionChange
from registrations.queries.recallable import recallable_change
from sessions.models import Series, Session
from tests.admin.pages import NEW_SESSION, address, leaks, posted_fields, says
from tests.admin.session_changes import page
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.forms import form
from tests.tables import checksums

pytestmark = pytest.mark.usefixtures("no_suppression")


@pytest.fixture
def coordinator_client(own: HubRows, people: People) -> Client:
    """Enroll Luc, who reads French, delete all messages so far, and return the coordinator's browser."""
    Enrollment.objects.create(
        person=people.luc, series=own[Series], covers_later_sessions=True, enrolled_at=timezone.now()
    )
    Message.objects.all().delete()
    return signed_in_client(own.coordinator)


def add(client: Client, own: HubRows, days: int = 30, **fields: Any) -> Any:
    day = timezone.localdate() + dt.timedelta(days=days)
    times = {"on_date": day, "start_time": "12:00", "end_time": "13:00"}
    data = {**NEW_SESSION, "series": own[Series].pk, "state": "published", **times, **fields}
    return client.post(address(Session, "add"), data, follow=True)


def new() -> Session:
    return Session.objects.get(number=9)


def publish(client: Client, revision: int = 0) -> Any:
    return client.post(page(new(), "publish"), {"revision": revision}, follow=True)


def test_added_session_stays_a_draft_until_its_emails_are_previewed(coordinator_client: Client, own: HubRows) -> None:
    answer = add(coordinator_client, own)
    assert answer.redirect_chain[-1][0] == page(new(), "publish")
    assert new().state == "draft"
    assert not Registration.objects.filter(session=new()).exists()
    before = checksums()
    shown = coordinator_client.get(page(new(), "publish"))
    assert checksums() == before, "a preview stores nothing"
    text = says(shown)
    for words in (
        "Saved as a draft: 2 enrolled people get an email when you publish it.",
        "2 registered, 0 waiting.",
        "1 in French.",
        "1 in English.",
        "Luc Bélanger",
        "Publish it and write 2 emails",
    ):
        assert words in text or words in says(answer), words
    assert [language for language, _email in shown.context["samples"]] == ["en", "fr"]
    assert not leaks(shown)


def test_preview_names_people_as_their_forms_did(
    coordinator_client: Client, own: HubRows, people: People, programme: Programme
) -> None:
    Enrollment.objects.all().delete()
    programme.session(own[Series], 2)
    url = reverse("register", kwargs={"slug": own[Series].slug})
    Client().post(url, form(email=people.ama.email, name="Typed Name", language="fr", which="all"))
    add(coordinator_client, own)
    shown = coordinator_client.get(page(new(), "publish"))
    assert [shown.context[name] for name in ("names", "sample_of", "by_language")] == [
        ["Typed Name"],
        "Typed Name",
        [("fr", 1)],
    ]
    assert "OKPIK" not in says(shown).upper()


def test_preview_names_people_whose_email_is_suppressed(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    add(coordinator_client, own)
    for number, reason in enumerate(("hard-bounce", "complaint")):
        person = (people.luc, own[Person])[number]
        Suppression.objects.create(address_key=person.email_key, scope_id=own.hub.pk, reason=reason)
    shown = coordinator_client.get(page(new(), "publish"))
    assert set(shown.context["unreachable"]) == {"Luc Bélanger", str(own[Person])}
    assert "Emails to 2 of them came back or are unwanted, so these emails will not arrive" in says(shown)


def test_emails_about_a_published_session_are_due_after_five_minutes(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    add(coordinator_client, own)
    answer = publish(coordinator_client)
    assert "The session is published. 2 emails wait until" in says(answer)
    assert new().state == "published"
    assert {row.person for row in Registration.objects.filter(session=new())} == {own[Person], people.luc}
    change = SessionChange.objects.get()
    messages = Message.objects.about(change.about)
    assert {(row.kind, row.due_at) for row in messages} == {("confirmation", change.send_at)}
    assert change.send_at == change.made_at + dt.timedelta(minutes=5)
    assert "This session was published a moment ago." in says(
        coordinator_client.get(address(Session, "change", new().pk))
    )
    publish(coordinator_client, new().revision)
    assert messages.count() == 2


def test_recalling_a_publication_cancels_its_registrations_and_emails(coordinator_client: Client, own: HubRows) -> None:
    add(coordinator_client, own)
    publish(coordinator_client)
    change = SessionChange.objects.get()
    answer = coordinator_client.post(page(new(), "recall", change.pk), follow=True)
    assert "The session is a draft again, and no email leaves." in says(answer)
    assert new().state == "draft"
    assert not Registration.objects.filter(session=new()).exists()
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}
    assert recallable_change(new()) is None
    verbs = AuditEvent.objects.filter(about=f"session:{new().pk}").order_by("pk").values_list("verb", flat=True)
    assert [*verbs][-1] == "recall-publication"
    publish(coordinator_client, new().revision)
    assert Registration.objects.filter(session=new()).count() == 2


def test_publication_cannot_be_recalled_after_another_person_has_registered(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    add(coordinator_client, own)
    publish(coordinator_client)
    enroll(people.stranger, own[Series], new())
    answer = coordinator_client.post(page(new(), "recall", SessionChange.objects.get().pk), follow=True)
    assert "Others have registered since: cancel the session instead." in says(answer)
    assert new().state == "published"


def test_preview_is_displayed_again_if_the_session_has_changed(coordinator_client: Client, own: HubRows) -> None:
    add(coordinator_client, own)
    Session.objects.filter(pk=new().pk).update(revision=3)
    answer = publish(coordinator_client)
    assert "The session was changed since you looked." in says(answer)
    assert new().state == "draft"


def test_publishing_a_draft_in_its_form_displays_the_preview(coordinator_client: Client, own: HubRows) -> None:
    add(coordinator_client, own, state="draft")
    assert not Message.objects.exists()
    here = address(Session, "change", new().pk)
    answer = coordinator_client.post(here, {**posted_fields(coordinator_client, here), "state": "published"})
    assert answer["Location"] == page(new(), "publish")
    assert new().state == "draft"


def test_session_without_recipients_is_published_without_a_preview(coordinator_client: Client, own: HubRows) -> None:
    Enrollment.objects.update(covers_later_sessions=False)
    add(coordinator_client, own)
    assert new().state == "published"
    add(coordinator_client, own, days=-3, number=10)
    assert Session.objects.get(number=10).state == "published", "a held session writes to nobody"


def test_second_of_two_concurrent_publications_displays_no_page_without_emails(
    coordinator_client: Client, own: HubRows, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other coordinator publishes after this request has read the session, and before it locks it."""
    add(coordinator_client, own)
    read = SessionAdmin.own

    def own_then_published(admin: SessionAdmin, request: HttpRequest, pk: int) -> Session:
        session = read(admin, request, pk)
        publish_session(session=Session.objects.get(pk=pk), by=people.staff, seen_revision=0)
        return session

    monkeypatch.setattr(SessionAdmin, "own", own_then_published)
    answer = coordinator_client.post(page(new(), "publish"), {"revision": 0})
    monkeypatch.undo()
    assert (answer.status_code, answer["Location"]) == (302, address(Session, "change", new().pk))
    assert "This session is published." in says(coordinator_client.get(answer["Location"]))
    change = SessionChange.objects.get()
    assert Message.objects.about(change.about).count() == 2


def test_publishing_page_is_closed_to_strangers_and_other_hubs(
    own: HubRows, other: HubRows, coordinator_client: Client
) -> None:
    add(coordinator_client, own)
    for client in (signed_in_client(other.coordinator), Client()):
        for answer in (client.get(page(new(), "publish")), client.post(page(new(), "publish"), {"revision": 0})):
            assert answer.status_code in (302, 404)
    assert new().state == "draft"
