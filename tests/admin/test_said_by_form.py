"""If anybody could have sent a form, coordinators see the values of the form, not of the profile (SAFETY.md 8)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview as preview_email
from registrations import actions
from registrations.actions import AnnouncementTexts, write_to_registrants
from registrations.models import Registration
from registrations.printed.run_sheet import run_sheet
from sessions.models import Session
from tests.admin.pages import address, says
from tests.admin.session_changes import page, preview
from tests.admin.two_hubs import HubRows
from tests.builders import Programme, enroll
from tests.people import People
from tests.registrations.forms import form

pytestmark = pytest.mark.django_db

WHO = "OKPIK"


@pytest.fixture
def known(own: HubRows, people: People) -> Registration:
    """Register Ama, who has an account, by a form that a stranger sends with Ama's address."""
    fields = form(email=people.ama.email, name="Typed Name", profession="PSW", province="ON", language="fr")
    url = reverse("register", kwargs={"slug": own[Session].series.slug})
    assert Client().post(url, fields | {"sessions": [own[Session].pk]}).status_code == 302
    return Registration.objects.get(person=people.ama)


def pages(client: Client, row: Registration) -> list[str]:
    session = row.session
    lists = [address(Registration, "changelist"), address(Registration, "change", row.pk), page(session, "write")]
    texts = [says(client.get(url)) for url in lists]
    give_back = {"action": "give_back", "_selected_action": [row.pk]}
    texts.append(says(client.post(address(Registration, "changelist"), give_back)))
    texts.append(says(preview(client, session, start_time="15:00", end_time="16:00")))
    return texts


def test_coordinator_sees_the_values_of_a_form_sent_for_a_known_address(
    coordinator_client: Client, known: Registration
) -> None:
    for text in pages(coordinator_client, known):
        assert "Typed Name" in text
        assert WHO not in text.upper()
        for fact in ("Registered nurse", "Nunavut", "Iqaluit"):
            assert fact not in text.partition("<select")[0], fact


def test_coordinator_sees_the_profile_after_its_owner_has_confirmed(
    client: Client, coordinator_client: Client, known: Registration
) -> None:
    client.post(reverse("confirm_address", kwargs={"token": token_for(known.person, MANAGE)}))
    for text in pages(coordinator_client, known):
        assert "Ama Okpik" in text
        assert "Typed Name" not in text


def test_province_is_that_of_the_form_until_its_owner_has_confirmed(
    client: Client, coordinator_client: Client, known: Registration
) -> None:
    def provinces() -> list[str]:
        registrants = reverse("admin:echo_sessions_series_registrants", args=(known.session.series_id,))
        rows = coordinator_client.get(registrants).context["rows"]
        people = run_sheet(known.session, timezone.now()).people
        named = [(row.name, row.province) for row in [*rows, *people]]
        return [province for name, province in named if name in ("Typed Name", "Ama Okpik")]

    assert provinces() == ["Ontario", "Ontario"]
    client.post(reverse("confirm_address", kwargs={"token": token_for(known.person, MANAGE)}))
    assert provinces() == ["Nunavut", "Nunavut"]


def test_search_and_order_do_not_reveal_the_name_in_the_profile(
    coordinator_client: Client, known: Registration
) -> None:
    def found(words: str) -> bool:
        page = coordinator_client.get(address(Registration, "changelist"), {"q": words})
        return known.person.email in says(page)

    assert [found(words) for words in ("Okpik", "Typed", "typed name", "ama@example")] == [False, True, True, True]


def test_coordinator_sees_the_values_of_the_form_for_a_session_added_later(
    programme: Programme, own: HubRows, people: People
) -> None:
    series = own[Session].series
    programme.session(series, 2)
    fields = form(email=people.ama.email, name="Typed Name", which="all")
    Client().post(reverse("register", kwargs={"slug": series.slug}), fields)
    Registration.objects.filter(person=people.ama).delete()
    later = programme.session(series, 3)
    actions.cover_new_session(session=later, by=None)
    assert Registration.objects.get(person=people.ama).shown_name == "Typed Name"


def test_coordinator_sees_the_profile_if_the_person_registered_signed_in(own: HubRows, people: People) -> None:
    (row,) = enroll(people.ama, own[Session].series, own[Session])
    assert (row.is_confirmed, row.shown_name) == (True, "Ama Okpik")


def test_clashes_with_other_hubs_do_not_count_people_who_did_not_sign_in(
    coordinator_client: Client, known: Registration, other: HubRows
) -> None:
    now = timezone.now()
    Registration.objects.create(
        person=known.person, session=other[Session], state="registered", registered_at=now, changed_at=now
    )
    Session.objects.filter(pk=known.session_id).update(start_time=dt.time(9), end_time=dt.time(10))
    session = Session.objects.get(pk=known.session_id)
    session.save()

    def hint() -> bool:
        shown = preview(coordinator_client, session, start_time="12:00", end_time="13:00")
        assert "None that we know of." in says(shown) or "1 registrant has" in says(shown)
        return "a session of another hub at that time" in says(shown)

    assert not hint()
    Person.objects.filter(pk=known.person_id).update(mailbox_used_at=timezone.now())
    assert hint()


def test_emails_displayed_to_a_coordinator_do_not_contain_the_profile_name(
    own: HubRows, known: Registration, no_suppression: None
) -> None:
    fields = form(email=known.person.email, name="Typed Name", sessions=[known.session_id])
    Client().post(reverse("register", kwargs={"slug": known.session.series.slug}), fields)
    words = {"subject_en": "For {name}", "subject_fr": "Pour {name}", "text_en": "Dear {name}", "text_fr": "{name}"}
    texts = AnnouncementTexts(**words)
    write_to_registrants(session=known.session, registration_ids=[known.pk], texts=texts, counted=1, by=own.coordinator)
    messages = Message.objects.filter(person_id=known.person_id)
    assert set(messages.values_list("kind", flat=True)) >= {"confirmation", "registration-unchanged", "announcement"}
    for message in messages:
        for language in ("en", "fr"):
            email = preview_email(message, language, scope_ids={own.hub.pk})
            assert WHO not in (email.subject + email.text + email.html).upper(), message.kind
    message = messages.get(kind="registration-unchanged")
    assert WHO in preview_email(message, "en", scope_ids=None).text.upper()
