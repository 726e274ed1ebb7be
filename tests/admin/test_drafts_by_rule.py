"""Draft sessions are created by a rule for dates, or as a copy of another series."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from echo_portal.outbox.models import Message
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.drafts import accept
from tests.admin.pages import leaks, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.tables import checksums


def page_of(kind: str, *arguments: int) -> str:
    return reverse(f"admin:echo_sessions_series_{kind}{'_more' if arguments else ''}", args=arguments)


RULE = {
    "step": "read",
    "which": "2",
    "weekday": "3",
    "first_on": "2029-01-01",
    "count": "3",
    "start_time": "12:00",
    "end_time": "13:00",
    "time_zone": "America/Vancouver",
    "on_holidays": "skip",
}
HEAD = {"series-title_en": "Second Thursdays", "series-kind": "community", "series-language": "en"}


def test_accepted_rule_is_saved_as_drafts_of_a_new_series(coordinator_client: Client, own: HubRows) -> None:
    answer = coordinator_client.post(page_of("rule"), RULE)
    assert accept(coordinator_client, answer, **HEAD).status_code == 302
    found = Session.objects.filter(series__slug="second-thursdays").order_by("number")
    assert [(row.number, str(row.on_date), f"{row.start_time:%H:%M}", row.time_zone, row.state) for row in found] == [
        (1, "2029-01-11", "12:00", "America/Vancouver", "draft"),
        (2, "2029-02-08", "12:00", "America/Vancouver", "draft"),
        (3, "2029-03-08", "12:00", "America/Vancouver", "draft"),
    ]


def test_holidays_of_the_province_are_omitted_or_displayed(coordinator_client: Client, own: HubRows) -> None:
    """Family Day in British Columbia is the third Monday of February, which is the 19th in 2029."""
    mondays = {**RULE, "which": "every", "weekday": "0", "first_on": "2029-02-10"}
    skipped = coordinator_client.post(page_of("rule"), mondays)
    days = [str(form.initial["on_date"]) for form in skipped.context["drafts"].forms]
    assert days == ["2029-02-12", "2029-02-26", "2029-03-05"]
    assert "Left out, because they are statutory holidays: Monday, February 19, 2029." in says(skipped)
    shown = coordinator_client.post(page_of("rule"), {**mondays, "on_holidays": "show"})
    days = [str(form.initial["on_date"]) for form in shown.context["drafts"].forms]
    assert days == ["2029-02-12", "2029-02-19", "2029-02-26"]
    assert "Monday, February 19, 2029 is a statutory holiday: Family Day." in says(shown)


def test_rule_continues_the_numbers_of_an_existing_series(coordinator_client: Client, own: HubRows) -> None:
    answer = coordinator_client.post(page_of("rule", own[Series].pk), RULE)
    assert [form.initial["number"] for form in answer.context["drafts"].forms] == [2, 3, 4]
    assert accept(coordinator_client, answer).status_code == 302
    assert own[Series].sessions.filter(state="draft").count() == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"count": "0"}, "Write 1 or more."),
        ({"count": "61"}, "Write 60 or less."),
        ({"weekday": "7"}, "Choose from the list."),
        ({"first_on": "0029-01-01"}, "Check the year"),
        ({"end_time": "11:00"}, "must end after it starts"),
        ({"which": "5"}, "Choose from the list."),
    ],
)
def test_invalid_rule_is_refused(coordinator_client: Client, changes: dict[str, str], said: str) -> None:
    answer = coordinator_client.post(page_of("rule"), {**RULE, **changes})
    assert answer.status_code == 200
    assert said in says(answer)


def test_copy_of_a_series_has_later_dates_and_sends_no_email(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    first, series = own[Session], own[Series]
    second = programme.session(series, 2, days=14, title_fr="Deuxième", presenters=["Dr. One"], join_url="https://x.ca")
    programme.session(series, 3, days=21, state="cancelled")
    before = Message.objects.count()
    answer = coordinator_client.post(page_of("copy"), {"step": "read", "original": series.pk})
    assert accept(coordinator_client, answer).status_code == 302
    copy = Series.objects.exclude(pk=series.pk).get(title_en__startswith="OWNHUB-series")
    year = dt.timedelta(weeks=52)
    assert first.on_date is not None
    assert second.on_date is not None
    assert (copy.state, copy.hub, copy.summary_en) == ("draft", own.hub, "OWNHUB")
    assert copy.slug == f"ownhub-series-{(first.on_date + year).year}"
    found = copy.sessions.order_by("number").values_list(
        "number", "on_date", "title_fr", "presenters", "join_url", "state"
    )
    assert list(found) == [
        (1, first.on_date + year, "", [], "", "draft"),
        (2, second.on_date + year, "Deuxième", [], "", "draft"),
    ]
    assert Message.objects.count() == before
    assert not Registration.objects.filter(session__series=copy).exists()


def test_copy_of_a_series_starts_on_the_chosen_date(coordinator_client: Client, own: HubRows) -> None:
    values = {"step": "read", "original": own[Series].pk, "first_on": "2030-01-10"}
    answer = coordinator_client.post(page_of("copy"), values)
    assert [str(form.initial["on_date"]) for form in answer.context["drafts"].forms] == ["2030-01-10"]


def test_copy_of_a_series_to_another_day_of_the_week_says_so(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    Session.objects.filter(pk=own[Session].pk).update(on_date=dt.date(2029, 10, 4))
    programme.session(own[Series], 2, on_date=dt.date(2029, 10, 11))
    said = {
        "2030-10-02": "The first session was on a Thursday and is now on a Wednesday. All others move by as many days.",
        "2030-10-03": "",
        "": "",
    }
    for first_on, words in said.items():
        values = {"step": "read", "original": own[Series].pk, "first_on": first_on}
        text = says(coordinator_client.post(page_of("copy"), values))
        assert (words in text, "is now on a" in text) == (True, bool(words))


@pytest.mark.parametrize(
    ("title", "last_on", "expected"),
    [
        ("Grief", "2029-12-06", "Grief 2030"),
        ("Grief", "2030-02-07", "Grief 2030–2031"),
        ("Grief 2029", "2029-12-06", "Grief 2030"),
        ("Grief 2029-30: Autumn", "2030-02-07", "Grief 2030–2031: Autumn"),
        ("Grief for 20299 people", "2029-12-06", "Grief for 20299 people 2030"),
    ],
)
def test_copy_of_a_series_proposes_a_title_with_its_years(
    coordinator_client: Client, own: HubRows, programme: Programme, title: str, last_on: str, expected: str
) -> None:
    series, first = own[Series], own[Session]
    series.title_en, series.title_fr = title, ""
    series.save()
    first.on_date = dt.date(2029, 10, 4)
    first.save()
    programme.session(series, 2, on_date=dt.date.fromisoformat(last_on))
    answer = coordinator_client.post(page_of("copy"), {"step": "read", "original": series.pk})
    head = answer.context["head"]
    assert (head["title_en"].value(), head["title_fr"].value()) == (expected, "")


def test_coordinator_cannot_copy_a_series_of_another_hub(own: HubRows, other: HubRows) -> None:
    own[Series].partner_hubs.add(other.hub)  # a partner hub may view the series, but not copy it
    client = signed_in_client(other.coordinator)
    before = checksums()
    page = client.get(page_of("copy"))
    assert "OWNHUB" not in page.content.decode()
    refused = client.post(page_of("copy"), {"step": "read", "original": own[Series].pk})
    assert "Choose from the list." in says(refused)
    assert "OWNHUB" not in refused.content.decode()
    assert checksums() == before


def test_only_coordinators_of_the_hub_open_pages_of_rules_and_copies(
    own: HubRows, other: HubRows, client: Client
) -> None:
    mine = signed_in_client(own.coordinator)
    assert mine.get(page_of("rule", other[Series].pk)).status_code == 404
    assert mine.post(page_of("rule", other[Series].pk), RULE).status_code == 404
    assert mine.get(f"/admin/echo_sessions/series/{own[Series].pk}/copy/").status_code == 302
    for page in (page_of("rule"), page_of("copy"), page_of("rule", own[Series].pk)):
        assert client.get(page).status_code == 302
        assert not leaks(mine.get(page))
