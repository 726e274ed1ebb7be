"""The administration says what is true of roles, presenters, publishing again, and holidays of some provinces."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sessions.actions import save_session
from sessions.models import PresenterChange, Series, Session, SessionRole
from tests.admin.pages import address, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People

pytestmark = pytest.mark.django_db

GIVEN = {
    ("presenter", "en"): "Nora now presents in this session: tell them to sign in with this address.",
    ("facilitator", "en"): "Nora now facilitates this session: tell them to sign in with this address.",
    ("coach", "en"): "Nora is now a practice coach of this session: tell them to sign in with this address.",
    ("presenter", "fr"): "Nora présente maintenant dans cette séance",
    ("facilitator", "fr"): "Nora anime maintenant cette séance",
    ("coach", "fr"): "Nora assure maintenant l’accompagnement de la pratique dans cette séance",
}


@pytest.mark.parametrize(("role", "language"), GIVEN)
def test_each_role_has_its_own_sentence(own: HubRows, coordinator_client: Client, role: str, language: str) -> None:
    here = reverse("admin:echo_sessions_session_roles", args=(own[Session].pk,))
    form = {"role": role, "name": "Nora", "email": "nora@example.org"}
    answer = coordinator_client.post(here, form, follow=True, headers={"accept-language": language})
    assert GIVEN[role, language] in says(answer)
    assert SessionRole.objects.filter(session=own[Session], role=role, name="Nora").exists()


def test_history_says_the_presenters_before_and_after(own: HubRows, coordinator_client: Client) -> None:
    session = own[Session]
    for names in (["Dr. A. Roy"], ["Dr. A. Roy", "B. Lee"], []):
        session.presenters = names
        save_session(session=session, by=own.coordinator)
    text = says(coordinator_client.get(address(Session, "history", session.pk)))
    assert "Presenters: – before, Dr. A. Roy after" in text
    assert "Presenters: Dr. A. Roy before, Dr. A. Roy; B. Lee after" in text
    assert "Presenters: Dr. A. Roy; B. Lee before, – after" in text
    assert PresenterChange.objects.filter(session=session).count() == 3


def test_draft_whose_presenters_were_changed_can_be_deleted(
    own: HubRows, programme: Programme, coordinator_client: Client
) -> None:
    draft = programme.session(programme.series("new", hub=own.hub, state="draft"), 1, state="draft")
    draft.presenters = ["A. Roy"]
    save_session(session=draft, by=own.coordinator)
    coordinator_client.post(address(Session, "delete", draft.pk), {"post": "yes"})
    assert not Session.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    ("series", "session", "words"),
    [
        ("published", "published", None),
        ("published", "draft", "Publish its drafts"),
        ("draft", "published", "Publish this series"),
    ],
)
def test_publishing_is_offered_for_drafts_only(
    own: HubRows, coordinator_client: Client, series: str, session: str, words: str | None
) -> None:
    Series.objects.filter(pk=own[Series].pk).update(state=series)
    Session.objects.filter(series=own[Series]).update(state=session)
    shown = says(coordinator_client.get(address(Series, "change", own[Series].pk)))
    assert re.findall(r"Publish (?:this series|its drafts)", shown) == ([words] if words else [])
    if words == "Publish its drafts":
        page = coordinator_client.get(reverse("admin:echo_sessions_series_publish", args=(own[Series].pk,)))
        assert "Publish drafts of this series" in says(page)
        assert "Publish 1 session" in says(page)


def test_hub_without_a_province_reads_which_holidays_a_rule_leaves_out(programme: Programme, people: People) -> None:
    page = reverse("admin:echo_sessions_series_rule_more", args=(programme.series("rule").pk,))
    client = signed_in_client(people.coordinator(programme.national))
    shown = says(client.get(page))
    assert "only days that are statutory holidays in every province and territory are left out" in shown
    assert "Statutory holidays of the hub’s province" not in shown
    rule: dict[str, Any] = {
        "step": "read", "weekday": "0", "which": "3", "first_on": "2027-02-01", "count": "2",
        "start_time": "12:00", "end_time": "13:00", "time_zone": "America/Toronto", "on_holidays": "skip",
    }  # fmt: skip
    checked = says(client.post(page, rule))
    assert "Family Day (Alberta, British Columbia, New Brunswick, Ontario, Saskatchewan)" in checked
