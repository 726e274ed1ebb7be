"""Publish a series with selected drafts, after a page that displays concerns and the number of emails."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Person
from echo_portal.outbox.models import Message
from registrations.models import Enrollment, Registration, SessionChange
from sessions.models import Series, Session
from tests.admin.pages import NEW_SESSION, address, leaks, posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.tables import checksums

pytestmark = pytest.mark.usefixtures("no_suppression")


@pytest.fixture
def series(own: HubRows, programme: Programme) -> Series:
    """Create a draft series with two drafts and nobody enrolled."""
    row = programme.series("new-series", hub=own.hub, state="draft", title_en="New series")
    for number in (1, 2):
        programme.session(row, number, days=20 + 7 * number, state="draft", title_fr="Titre")
    return row


def here(series: Series) -> str:
    return reverse("admin:echo_sessions_series_publish", args=(series.pk,))


def publish(client: Client, series: Series, *sessions: Session, emails: int = 0, **fields: Any) -> Any:
    values = {"session": [row.pk for row in sessions], "emails": emails, "step": "publish", **fields}
    return client.post(here(series), values, follow=True)


def states(series: Series) -> list[str]:
    series.refresh_from_db()
    return [series.state, *series.sessions.order_by("number").values_list("state", flat=True)]


@pytest.mark.parametrize(("language", "words"), [("en", "and write 2 emails"), ("fr", "et écrire 2 courriels")])
def test_button_says_how_many_emails_are_written(
    coordinator_client: Client, own: HubRows, series: Series, language: str, words: str
) -> None:
    enrolled = {"series": series, "covers_later_sessions": True, "enrolled_at": timezone.now()}
    assert words not in says(coordinator_client.get(here(series), headers={"accept-language": language}))
    Enrollment.objects.create(person=own[Registration].person, **enrolled)
    shown = coordinator_client.get(here(series), headers={"accept-language": language})
    assert shown.context["count"] == 2
    assert words in says(shown)


def test_series_whose_sessions_are_published_is_published_by_itself(coordinator_client: Client, series: Series) -> None:
    series.sessions.update(state="published")
    assert says(coordinator_client.get(here(series))).count("Publish the series with") == 0
    answer = publish(coordinator_client, series)
    assert "The series is published." in says(answer)
    assert states(series) == ["published", "published", "published"]


def test_series_is_published_with_the_selected_sessions(coordinator_client: Client, series: Series) -> None:
    first, second = series.sessions.order_by("number")
    before = checksums()
    shown = coordinator_client.get(here(series))
    assert checksums() == before
    text = says(shown)
    assert "Sessions 1, 2 have no joining link." in text
    assert "Publish the series with 2 sessions" in text
    assert not leaks(shown)
    answer = publish(coordinator_client, series, first)
    assert "1 session is published." in says(answer)
    assert states(series) == ["published", "published", "draft"]
    publish(coordinator_client, series, second)
    assert states(series) == ["published", "published", "published"]
    assert "Everything in this series is published." in says(coordinator_client.get(here(series), follow=True))
    verbs = AuditEvent.objects.filter(about=f"series:{series.pk}").values_list("verb", flat=True)
    assert list(verbs) == ["series-changed"]


def test_series_with_a_blocking_concern_is_not_published(coordinator_client: Client, series: Series) -> None:
    Series.objects.filter(pk=series.pk).update(registration_mode="key")
    before = checksums()
    answer = publish(coordinator_client, series, *series.sessions.all())
    assert "Nothing is published yet. Settle what is marked first." in says(answer)
    assert "Add an enrollment key." in says(answer)
    nothing = publish(coordinator_client, series)
    assert "There is no session to publish." in says(nothing)
    assert checksums() == before


def test_series_form_cannot_publish_a_series(coordinator_client: Client, own: HubRows) -> None:
    series = own[Series]
    Series.objects.filter(pk=series.pk).update(state="draft")
    Session.objects.create(series=series, number=2, title_en="Later", state="published")
    Enrollment.objects.filter(series=series).update(covers_later_sessions=True)
    Message.objects.all().delete()
    page = address(Series, "change", series.pk)
    coordinator_client.post(page, {**posted_fields(coordinator_client, page), "state": "published"})
    assert states(series) == ["draft", "published", "published"]
    assert not Message.objects.exists()
    assert "1 email waits five minutes" in says(publish(coordinator_client, series, emails=1))
    assert states(series) == ["published", "published", "published"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("who", ["enrolled", "registered"])
def test_published_series_with_people_is_not_made_a_draft(
    coordinator_client: Client, own: HubRows, who: str, language: str
) -> None:
    if who == "enrolled":
        Registration.objects.all().update(state="cancelled", cancelled_at=timezone.now())
    else:
        Enrollment.objects.update(left_at=timezone.now())
    page = address(Series, "change", own[Series].pk)
    before = checksums()["echo_sessions_series"]
    data = {**posted_fields(coordinator_client, page), "state": "draft", "title_fr": "Titre tapé"}
    answer = coordinator_client.post(page, data, headers={"accept-language": language})
    words = {
        "en": "People are enrolled, so the series stays published.",
        "fr": "Des personnes sont inscrites : la série reste publiée.",
    }
    assert words[language] in says(answer)
    assert checksums()["echo_sessions_series"] == before


def test_published_series_without_people_is_made_a_draft(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    series = programme.series("nobody-yet", hub=own.hub, title_en="Nobody yet")
    page = address(Series, "change", series.pk)
    data = {**posted_fields(coordinator_client, page), "state": "draft"}
    assert coordinator_client.post(page, data).status_code == 302
    assert states(series) == ["draft"]


@pytest.mark.parametrize("state", ["rescheduled", "cancelled"])
def test_session_is_not_added_as_rescheduled_or_cancelled(coordinator_client: Client, own: HubRows, state: str) -> None:
    data = {**NEW_SESSION, "series": own[Series].pk, "state": state}
    answer = coordinator_client.post(address(Session, "add"), data)
    assert list(answer.context["adminform"].form.errors) == ["state"]
    assert not Session.objects.filter(number=9).exists()


def test_session_without_a_joining_link_is_a_concern_that_does_not_block(
    coordinator_client: Client, series: Series
) -> None:
    publish(coordinator_client, series, *series.sessions.all())
    assert states(series) == ["published", "published", "published"]


def test_number_of_emails_is_displayed_before_enrolled_people_are_emailed(
    coordinator_client: Client, own: HubRows
) -> None:
    series = own[Series]
    Enrollment.objects.filter(series=series).update(covers_later_sessions=True)
    day = timezone.localdate() + dt.timedelta(days=60)
    drafts = [
        Session.objects.create(series=series, number=number, title_en="Later", on_date=day + dt.timedelta(weeks=number))
        for number in (2, 3)
    ]
    Message.objects.all().delete()
    before = checksums()
    shown = coordinator_client.get(here(series))
    assert checksums() == before
    assert shown.context["count"] == 2
    assert [language for language, _email in shown.context["samples"]] == ["en", "fr"]
    assert f"<summary>Their names</summary> <p> {own[Person]} </p>" in says(shown), "once, though two emails"
    stale = publish(coordinator_client, series, drafts[0], emails=2)
    assert "This is what it means now; look once more." in says(stale)
    assert checksums() == before
    answer = publish(coordinator_client, series, drafts[0], emails=1)
    assert "1 email waits five minutes" in says(answer)
    change = SessionChange.objects.get()
    assert change.session == drafts[0]
    assert Message.objects.about(change.about).count() == 1
    assert Registration.objects.filter(session=drafts[0]).count() == 1
    assert not Registration.objects.filter(session=drafts[1]).exists()


def test_held_session_is_published_without_an_email(coordinator_client: Client, own: HubRows) -> None:
    series = own[Series]
    Enrollment.objects.filter(series=series).update(covers_later_sessions=True)
    held = Session.objects.create(series=series, number=2, title_en="Held", on_date=dt.date(2021, 12, 9))
    Message.objects.all().delete()
    assert "is past." in says(coordinator_client.get(here(series)))
    publish(coordinator_client, series, held)
    held.refresh_from_db()
    assert held.state == "published"
    assert not Message.objects.exists()
    assert not Registration.objects.filter(session=held).exists()


def test_session_of_another_series_is_not_published(coordinator_client: Client, series: Series, other: HubRows) -> None:
    foreign = Session.objects.create(series=other[Series], number=7, title_en="Foreign")
    publish(coordinator_client, series, *series.sessions.all(), foreign)
    foreign.refresh_from_db()
    assert foreign.state == "draft"


def test_only_coordinators_of_the_hub_can_publish_a_series(
    own: HubRows, other: HubRows, series: Series, coordinator_client: Client, client: Client
) -> None:
    before = checksums()
    theirs = other[Series]
    assert coordinator_client.get(here(theirs)).status_code == 404
    assert publish(coordinator_client, theirs).status_code == 404
    assert client.post(here(series), {"step": "publish"}).status_code == 302
    own[Series].partner_hubs.add(other.hub)
    partner = signed_in_client(other.coordinator)
    assert partner.get(here(own[Series])).status_code == 404
    changed = {name for name, value in checksums().items() if value != before[name]}
    assert "echo_sessions_session" not in changed
    assert "outbox_message" not in changed
