"""Publish several series at once from their list, after the checks and the preview of each."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from echo_portal.outbox.models import Message
from registrations.models import Enrollment, Registration
from sessions.models import Series
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression")]
LIST = "admin:echo_sessions_series_changelist"


@pytest.fixture
def drafts(own: HubRows, programme: Programme) -> list[Series]:
    """Create three draft series with a draft each. The last one needs a key and has none."""
    found = []
    for number, mode in ((1, "open"), (2, "open"), (3, "key")):
        fields = {"title_en": f"Draft {number}", "registration_mode": mode}
        series = programme.series(f"draft-{number}", hub=own.hub, state="draft", **fields)
        programme.session(series, 1, days=20 + 7 * number, state="draft", title_fr="Titre")
        found.append(series)
    return found


def choose(client: Client, chosen: list[Series], **fields: Any) -> Any:
    values = {"action": "publish", "_selected_action": [series.pk for series in chosen], **fields}
    return client.post(reverse(LIST), values, follow=True)


def states(drafts: list[Series]) -> list[tuple[str, str]]:
    rows = Series.objects.filter(pk__in=[row.pk for row in drafts]).order_by("slug")
    return list(rows.values_list("state", "sessions__state"))


def test_chosen_series_are_published_after_their_checks_and_one_preview(
    own: HubRows, drafts: list[Series], coordinator_client: Client
) -> None:
    person = own[Registration].person
    Enrollment.objects.create(series=drafts[0], person=person, covers_later_sessions=True, enrolled_at=timezone.now())
    Message.objects.all().delete()
    before = checksums()
    shown = choose(coordinator_client, [*drafts, own[Series]])
    assert checksums() == before, "a preview"
    assert (shown.context["count"], shown.context["seen"]) == (1, "2 1")
    assert [language for language, _email in shown.context["samples"]] == ["en", "fr"]
    text = says(shown)
    assert "Publish 2 series and write 1 email" in text
    assert "Not published yet" in text
    assert "Add an enrollment key." in text
    assert f"{own[Series]} – Everything in this series is published." in text
    stale = choose(coordinator_client, drafts, confirmed="yes", seen="2 0")
    assert "This is what it means now; look once more." in says(stale)
    assert checksums() == before
    done = choose(coordinator_client, drafts, confirmed="yes", seen="2 1")
    assert "2 series are published. 1 email waits five minutes" in says(done)
    assert states(drafts) == [("published", "published"), ("published", "published"), ("draft", "draft")]
    assert Message.objects.filter(kind="confirmation", person_id=person.pk).count() == 1


def test_nothing_is_published_if_every_chosen_series_is_blocked(
    drafts: list[Series], coordinator_client: Client
) -> None:
    before = checksums()
    for fields in ({}, {"confirmed": "yes", "seen": "0 0"}):
        shown = choose(coordinator_client, drafts[2:], **fields)
        assert "No, go back" in says(shown)
        assert 'name="confirmed"' not in shown.content.decode()
    assert checksums() == before


def test_series_of_another_hub_is_not_published(own: HubRows, other: HubRows, coordinator_client: Client) -> None:
    Series.objects.filter(pk=other[Series].pk).update(state="draft")
    before = checksums()
    for fields in ({}, {"confirmed": "yes", "seen": "1 0"}):
        answer = choose(coordinator_client, [other[Series]], select_across="1", **fields)
        assert not leaks(answer)
    assert checksums() == before


def test_preview_counts_people_who_get_several_emails(
    own: HubRows, drafts: list[Series], people: People, coordinator_client: Client
) -> None:
    first, second = own[Registration].person, people.make("second@example.org", "Second Person")
    for person in (first, second):
        for series in drafts[:2]:
            Enrollment.objects.create(
                series=series, person=person, covers_later_sessions=True, enrolled_at=timezone.now()
            )
    Message.objects.all().delete()
    shown = choose(coordinator_client, drafts[:2])
    assert (shown.context["count"], shown.context["people"], shown.context["emails_each"]) == (4, 2, 2)
    assert "4 emails to 2 people enrolled" in says(shown)
    assert "places 4, on waiting lists 0. Each of them gets 2 emails." in says(shown)
    Enrollment.objects.filter(person=second, series=drafts[1]).delete()
    assert "3 emails to 2 people" in (text := says(choose(coordinator_client, drafts[:2])))
    assert "Some of them get several emails." in text
    Enrollment.objects.filter(person=second).delete()
    assert "2 emails to 1 person enrolled" in says(choose(coordinator_client, drafts[:2]))
