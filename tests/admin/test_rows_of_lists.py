"""What a row in lists of the administration displays: names of recipients, a link to publish drafts, missing texts."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from echo_portal.outbox.models import Message
from hubs.models import Hub
from registrations.models import Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import address, leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People


def test_list_of_messages_shows_the_name_beside_the_address(own: HubRows, coordinator_client: Client) -> None:
    page = says(coordinator_client.get(address(Message, "changelist")))
    assert "OWNHUB-person<br>ownhub-person@example.org" in page


def test_name_of_an_unconfirmed_form_is_shown_instead_of_the_profile(own: HubRows, coordinator_client: Client) -> None:
    now = timezone.now()
    Registration.objects.filter(pk=own[Registration].pk).update(form_name="Typed in a form", registered_at=now)
    page = says(coordinator_client.get(address(Message, "changelist")))
    assert ("Typed in a form<br>ownhub-person@example.org" in page, "OWNHUB-person<" in page) == (True, False)


def test_recipient_without_a_registration_in_the_hub_has_no_name(own: HubRows, coordinator_client: Client) -> None:
    Registration.objects.all().delete()
    assert "OWNHUB-person<" not in says(coordinator_client.get(address(Message, "changelist")))


@pytest.mark.parametrize(("language", "words"), [("en", "Publish"), ("fr", "Publier")])
def test_draft_in_the_list_of_sessions_links_to_the_page_that_publishes_it(
    own: HubRows, language: str, words: str
) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    link = f'<a href="{address(Session, "publish", own[Session].pk)}">{words}<'
    here = address(Session, "changelist")
    assert link not in says(client.get(here))
    Session.objects.filter(pk=own[Session].pk).update(state="draft")
    assert link in says(client.get(here))


def test_draft_of_a_joint_series_has_no_link_for_a_partner_hub(own: HubRows, programme: Programme) -> None:
    partner = programme.hub("partner", scope="provincial", name_en="P", name_fr="P", province="AB")
    own[Series].partner_hubs.add(partner)
    Session.objects.filter(pk=own[Session].pk).update(state="draft")
    client = signed_in_client(People().coordinator(partner))
    assert address(Session, "publish", own[Session].pk) not in says(client.get(address(Session, "changelist")))


def test_series_without_french_on_the_start_page_are_those_of_its_link(
    own: HubRows, other: HubRows, programme: Programme
) -> None:
    hub = Hub.objects.get(pk=own.hub.pk)
    programme.series("complete", hub=hub, title_fr="T", summary_en="S", summary_fr="S")
    programme.series("draft", hub=hub, title_fr="", state="draft")
    Series.objects.filter(pk__in=[own[Series].pk, other[Series].pk]).update(summary_fr="")
    client = signed_in_client(own.coordinator)
    groups = client.get(reverse("admin:index")).context["to_do_kinds"]
    group = next(group for group in groups if "series" in group.url and "needs=french" in group.url)
    listed = client.get(group.url)
    rows = listed.context["cl"].queryset
    assert ([row.pk for row in rows], group.count, leaks(listed)) == ([own[Series].pk], 1, False)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_key_has_the_browsers_pickers_and_names_the_time_zone(own: HubRows, language: str) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    page = says(client.get(address(EnrollmentKey, "change", own[EnrollmentKey].pk)))
    assert [
        page.count('type="date"'),
        page.count('type="time"'),
        "vTimeField" in page,
        {"en": "Dates and times are Eastern time.", "fr": "Les dates et les heures sont à l’heure de l’Est."}[language]
        in page,
    ] == [2, 2, False, True]


def test_page_of_a_message_names_its_reader_and_no_number_of_a_row(own: HubRows, coordinator_client: Client) -> None:
    page = says(coordinator_client.get(address(Message, "change", own[Message].pk)))
    assert ("OWNHUB-person<br>ownhub-person@example.org" in page, own[Message].about in page) == (True, False)
