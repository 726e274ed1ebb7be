"""The sample in a preview is the email that is sent: the same sessions, and the same reason why the person gets it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import Details
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations import actions
from registrations.models import RegistrantList, Registration
from sessions.models import Series, Session
from tests.admin.pages import form_key_of
from tests.admin.two_hubs import HubRows
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]


def emailed(message: Message, hub_id: int) -> dict[str, str]:
    return {one: preview(message, one, scope_ids=frozenset({hub_id})).text for one in ("en", "fr")}


def sample(page: Any) -> dict[str, str]:
    return {language: email.text for language, email in page.context["samples"]}


def upload(client: Client, series: Series, rows: str) -> Any:
    values = {
        "file": SimpleUploadedFile("list.csv", rows.encode()),
        "default_language": "en",
        "sessions": list(series.sessions.values_list("pk", flat=True)),
        "whole_series": "on",
        "note_en": "You asked your hub.",
    }
    return client.post(reverse("admin:echo_sessions_series_import", args=(series.pk,)), values, follow=True)


def before_the_links(text: str) -> str:
    return text.partition("Yes, I take part")[0]


def test_sample_of_an_import_has_the_sessions_and_the_reason_of_the_email(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    series = own[Series]
    for number in (2, 3):
        programme.session(series, number, days=7 * number)
    page = upload(coordinator_client, series, "Name,Email,Language\nZoé,zoe@example.org,fr\nBo,bo@example.org,en\n")
    draft = RegistrantList.objects.get()
    fields = {"step": "import", "seen": page.context["seen"], "sha256": draft.sha256}
    coordinator_client.post(reverse("admin:echo_sessions_series_check_list", args=(series.pk, draft.pk)), fields)
    email = emailed(Message.objects.get(kind="added-by-hub", address="zoe@example.org"), own.hub.pk)
    assert before_the_links(sample(page)["en"]) == before_the_links(email["en"])
    for number in (2, 3):
        assert f", session {number}" in email["en"] or f"{number}. " in email["en"]
    assert "Your registration includes the sessions that are added to the series later." in email["en"]


def test_sample_for_the_second_person_reveals_nothing_about_a_known_address(
    coordinator_client: Client, own: HubRows, people: People
) -> None:
    series = own[Series]
    enroll(people.ama, series, *series.sessions.all(), whole=True)
    Person.objects.filter(pk=people.luc.pk).update(time_zone="America/Vancouver", mailbox_proved_at=timezone.now())
    known, new = (
        sample(upload(coordinator_client, series, f"Name,Email\nAma,{people.ama.email}\nB,{address}\n"))["en"]
        for address in (people.luc.email, "new@example.org")
    )
    assert before_the_links(known).replace(people.luc.email, "new@example.org") == before_the_links(new)


@pytest.mark.parametrize("of", [Session, Series])
@pytest.mark.parametrize("state", ["added", "waiting", "registered"])
def test_sample_of_an_announcement_has_the_reason_of_the_email(
    coordinator_client: Client, own: HubRows, of: type[Session | Series], state: str, people: People
) -> None:
    session = own[Session]
    Registration.objects.filter(session=session).delete()
    if state == "added":
        guest = Details(name="Bo", email="bo@example.org", language="en")
        actions.add_people(
            series=own[Series],
            session_ids=[session.pk],
            whole_series=False,
            people=[guest],
            note_en="You asked.",
            note_fr="",
            by=own.coordinator,
        )
    else:
        enroll(people.ama, own[Series], session)
    if state == "waiting":
        Registration.objects.filter(session=session).update(state="waiting", waiting_number=1)
    name = "session_write" if of is Session else "series_write"
    page = reverse(f"admin:echo_sessions_{name}", args=(own[of].pk,))
    words = {"whom": "all", "subject_en": "A", "subject_fr": "B", "text_en": "C", "text_fr": "D"}
    shown = coordinator_client.post(page, {**words, "step": "preview"})
    sent = {**words, "step": "send", "counted": "1", "form_key": form_key_of(shown)}
    coordinator_client.post(page, sent)
    assert sample(shown) == emailed(Message.objects.get(kind="announcement"), own.hub.pk)


def test_preview_of_a_drop_counts_emails_and_not_sessions(
    coordinator_client: Client, own: HubRows, programme: Programme, people: People
) -> None:
    series = own[Series]
    sessions = [programme.session(series, number, days=7 * number) for number in range(2, 14)]
    enroll(people.luc, series, *sessions)
    page = reverse("admin:echo_sessions_series_drop_person", args=(series.pk, people.luc.pk))
    shown = coordinator_client.post(page, {"note_en": "You asked.", "step": "preview"}, follow=True)
    assert (shown.context["count"], shown.context["by_language"]) == (1, [("fr", 1)])
