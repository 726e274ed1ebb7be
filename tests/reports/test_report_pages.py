"""Pallium staff build and publish reports. Everybody can read published reports, and only staff can see drafts."""

import datetime as dt
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from echo_portal.reports.selection import is_six_months
from hubs.models import Membership
from pages.models import Report, hash_of
from sessions.models import Session
from tests.admin.two_hubs import signed_in_client
from tests.reports.held import Held

pytestmark = pytest.mark.django_db
STAFF_PAGES = ("staff_report", "staff_report_pdf", "staff_report_comments", "publish_report", "delete_report")
LIST = "/en/evaluation/reports/"


def period(first: int = -30, last: int = -1) -> dict[str, str]:
    today = timezone.localdate()
    chosen = {"first_on": str(today + dt.timedelta(days=first)), "last_on": str(today + dt.timedelta(days=last))}
    return chosen | {"confirmed": "on"}


def build(client: Client) -> Report:
    assert client.post(LIST, period()).status_code == 302
    return Report.objects.latest("pk")


def publish(client: Client) -> Report:
    report = build(client)
    answer = client.post(f"{LIST}{report.pk}/publish/", {"sha256": report.sha256})
    assert answer.status_code == 302
    return report


def text_of(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_other_length_than_six_months_is_asked_about(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    assert "Build a report that is not" not in staff.get(LIST).content.decode()
    days = {name: value for name, value in period().items() if name != "confirmed"}
    page = staff.post(LIST, days).content.decode()
    assert ("These days are not six whole months" in page, days["first_on"] in page) == (True, True)
    assert not Report.objects.exists()
    assert staff.post(LIST, days | {"confirmed": "on"}).status_code == 302
    half = {"first_on": "2025-01-01", "last_on": "2025-06-30"}
    assert "No session was held in this period." in staff.post(LIST, half).content.decode(), "not asked about"


@pytest.mark.parametrize(
    ("first", "last", "answer"),
    [
        ("2026-01-01", "2026-06-30", True),
        ("2026-04-01", "2026-09-30", True),
        ("2025-10-01", "2026-03-31", True),
        ("2026-01-02", "2026-06-30", False),
        ("2026-01-01", "2026-06-29", False),
        ("2026-01-01", "2026-12-31", False),
        ("2026-06-30", "2026-01-01", False),
    ],
)
def test_six_months_are_whole_months(first: str, last: str, answer: bool) -> None:
    assert is_six_months(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == answer


def test_staff_publish_what_they_saw(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    report = build(staff)
    page = text_of(staff, f"{LIST}{report.pk}/")
    assert '<dd class="stat__n">4</dd>' in page
    public = f"/en/reports/{report.period_code}/"
    assert Client().get(public).status_code == 404, "a draft"
    assert "Series national" in page
    publish(staff)
    assert Client().get(public).status_code == 200
    assert report.period_code in text_of(Client(), "/en/reports/")
    french = text_of(Client(), f"/fr/rapports/{report.period_code}/")
    assert "Série national" in french
    assert report.sha256 in french
    assert Client().get(f"{public}report.pdf").status_code == 404, "not made yet"


def test_withdrawn_report_says_why_and_can_be_replaced(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    report = publish(staff)
    path, public = f"{LIST}{report.pk}/withdraw/", f"/en/reports/{report.period_code}/"
    assert "in both languages" not in text_of(staff, path)
    refused = staff.post(path, {"notice_en": "Two sessions were missing.", "notice_fr": " "})
    assert (refused.status_code, Client().get(public).status_code) == (200, 200)
    notice = {"notice_en": "Two sessions were missing.", "notice_fr": "Il manquait deux séances."}
    staff.post(path, notice)
    withdrawn = Client().get(public)
    assert (withdrawn.status_code, "Two sessions were missing." in withdrawn.content.decode()) == (410, True)
    assert "Series national" not in withdrawn.content.decode()
    assert withdrawn["Cache-Control"] == "private, no-cache", "a browser must ask again, as for the report itself"
    assert report.period_code not in text_of(Client(), "/en/reports/")
    publish(staff)
    assert "was withdrawn on" in text_of(Client(), public)


def test_draft_of_a_published_period_has_no_button_for_publishing(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    first = publish(staff)
    held.came(held.programme.session(held.bc.series, 2, days=-9), held.people.ama)
    second = build(staff)
    assert second.pk != first.pk
    sentence = "The report of this period is published already. Withdraw it first."
    for path, button in ((f"{LIST}{second.pk}/", "Publish…"), (f"{LIST}{second.pk}/publish/", ">Publish</button>")):
        page = text_of(staff, path)
        assert (sentence in page, button in page) == (True, False)


@pytest.mark.parametrize("command", ["seed_published", "build_report"])
def test_command_in_a_database_without_tables_says_what_to_run(db: None, command: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Session._meta.db_table} RENAME TO not_there")
    days = ["--from", "2026-01-01", "--to", "2026-06-30"] if command == "build_report" else []
    with pytest.raises(CommandError, match="Run manage"):
        call_command(command, *days)


@pytest.mark.parametrize("days", [(-1, -30), (-30, 0), (-400, -300)])
def test_impossible_period_gets_a_sentence(held: Held, days: tuple[int, int]) -> None:
    answer = signed_in_client(held.people.staff).post(LIST, period(*days))
    assert (answer.status_code, "error-summary" in answer.content.decode()) == (200, True)
    assert not Report.objects.exists()


def test_draft_is_deleted_after_a_question(held: Held) -> None:
    staff = signed_in_client(held.people.staff)
    report = build(staff)
    assert staff.get(f"{LIST}{report.pk}/delete/").status_code == 200
    staff.post(f"{LIST}{report.pk}/delete/")
    assert not Report.objects.exists()
    publish(staff)
    assert staff.post(f"{LIST}{Report.objects.get().pk}/delete/").status_code == 404


def addresses(report: Report) -> list[str]:
    with translation.override("en"):
        return [LIST, *(reverse(name, kwargs={"pk": report.pk}) for name in (*STAFF_PAGES, "withdraw_report"))]


def test_nobody_but_staff_sees_or_changes_a_report(held: Held) -> None:
    report = build(signed_in_client(held.people.staff))
    facilitator = held.people.make("leads@example.org", "Fay")
    Membership.objects.create(person=facilitator, hub=held.programme.national, role=Membership.Role.FACILITATOR)
    others: list[Any] = [
        held.people.coordinator(held.programme.bc),
        held.people.coordinator(held.programme.national),
        held.evaluator(),
        facilitator,
        held.people.stranger,
    ]
    before = list(Report.objects.values())
    for person in others:
        client = signed_in_client(person)
        for path in addresses(report):
            assert [client.get(path).status_code, client.post(path, period()).status_code] in ([404, 404], [404, 405])
    for path in addresses(report):
        answer = Client().get(path)
        assert (answer.status_code, "/sign-in/" in answer["Location"]) == (302, True)
    without_factor = Client()
    without_factor.force_login(held.people.staff)
    assert all("2fa" in without_factor.post(path, period())["Location"] for path in addresses(report)[:1])
    assert list(Report.objects.values()) == before


@pytest.mark.parametrize("wrong", ["x", "2026-01-01", "2026-01-01--x", "2026-13-01--2026-14-01", "20260101--20260630"])
def test_unknown_period_is_not_found(held: Held, wrong: str) -> None:
    publish(signed_in_client(held.people.staff))
    assert Client().get(f"/en/reports/{wrong}/").status_code == 404


@pytest.mark.parametrize("count", [1, 300])
def test_query_counts_are_constant(held: Held, count: int) -> None:
    report = publish(signed_in_client(held.people.staff))
    now = timezone.now()
    Report.objects.bulk_create(
        Report(
            first_on=dt.date(2020, 1, 1) + dt.timedelta(days=number),
            last_on=dt.date(2020, 6, 30) + dt.timedelta(days=number),
            figures=report.figures,
            sha256=hash_of(report.figures, []),
            made_at=now,
            published_at=now,
        )
        for number in range(1, count)
    )
    found = []
    for path in ("/en/reports/", f"/en/reports/{report.period_code}/"):
        Client().get(path)
        with CaptureQueriesContext(connection) as queries:
            Client().get(path)
        found.append(len(queries))
    assert found == [2, 4]
