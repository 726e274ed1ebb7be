"""A report has the figures of its period, which never change. Only periods that cannot change any more have one."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.models import AuditEvent
from attendance.models import Attendance
from credits.actions import ask_for_evaluations
from echo_portal.lib.refusals import Refusal
from echo_portal.reports.actions import build_report, figures_of
from pages.actions import delete_draft, publish_report, withdraw_report
from pages.models import Report, canonical, hash_of
from sessions.models import Series
from tests.evaluations.asked import Asked
from tests.reports.held import Held, built, day, published

pytestmark = pytest.mark.django_db


def values(report: Report) -> dict[str, object]:
    return {line["code"]: line["value"] for line in report.figures["headlines"]}


def test_report_has_the_figures_of_its_period(held: Held) -> None:
    held.came(held.programme.session(held.national.series, 2, days=-40), held.people.ama)
    report = built(held)
    assert values(report) == {
        "sessions": 2,
        "registrations": 4,
        "attendances": 4,
        "came": 100,
        "no-shows": 0,
        "registered-people": None,  # fewer than five
        "people": None,
        "new-people": None,
        "rural": None,
        "serves-rural": None,
        "responses": None,
        "answered-people": 0,
        "certificates": 0,
        "certified-people": 0,
        "credits": "0",
    }
    assert report.figures["series"] == [
        {"title": {"en": "Series national", "fr": "Série national"}, "registrations": 3, "attendances": 3},
        {"title": {"en": "Series of-bc", "fr": "Série of-bc"}, "registrations": 1, "attendances": 1},
    ]
    assert report.figures["professions"] == []
    defined = {one["code"] for one in report.figures["definitions"]}
    assert defined == {*values(report), "by-profession", "by-province", "by-language", "agreement"}


def test_groups_are_rounded_also_against_the_report_before(held: Held) -> None:
    """Three nurses are displayed as five. A fourth nurse in the next period does not change this number."""
    others = [held.people.make(f"{number}@example.org", "P") for number in range(4)]
    for number in (2, 3):
        held.came(held.programme.session(held.bc.series, number, days=-number - 5), held.people.ama, *others)
    wide = built(held)
    narrow = built(held, last=-9)
    counts = [{one["code"]: one["count"] for one in report.figures["professions"]} for report in (narrow, wide)]
    assert counts == [{}, {"RN": 5}]
    assert {line["count"] % 5 for report in (narrow, wide) for line in report.figures["provinces"]} <= {0}


def test_same_rows_give_the_same_bytes(held: Held) -> None:
    session = held.programme.session(held.bc.series, 2, days=-12)
    # Equal counts, whose names have another order in French.
    people = [held.people.make(f"{n}@example.org", "P", profession=("NP", "PARA")[n % 2]) for n in range(6)]
    held.came(session, *people)
    with translation.override("fr"):
        french = figures_of(day(-30), day(-1), now=timezone.now())
    later = figures_of(day(-30), day(-1), now=timezone.now() + dt.timedelta(days=400))
    report = built(held)
    report.refresh_from_db()
    assert canonical(french, []) == canonical(later, []) == canonical(report.figures, [])
    assert report.sha256 == hash_of(french, [])
    assert built(held) == report, "the same data again is the same draft"
    assert AuditEvent.objects.filter(verb="report-built").count() == 1


def test_published_report_stays_when_rows_change(held: Held) -> None:
    report = published(held)
    before = canonical(report.figures, report.comments)
    Series.objects.update(title_en="Renamed")
    Attendance.objects.filter(person=held.people.luc).delete()
    again = Report.objects.get(pk=report.pk)
    assert canonical(again.figures, again.comments) == before
    assert values(built(held))["attendances"] == 3
    assert Report.objects.count() == 2, "a draft of the same period, beside the published report"


@pytest.mark.parametrize(
    "change",
    [
        {"figures": {}},
        {"first_on": dt.date(2020, 1, 1)},
        {"comments": [{"key": "x"}]},
        {"sha256": "0" * 64},
        {"published_at": None},
        {"withdrawn_at": timezone.now()},
    ],
)
def test_database_refuses_to_change_a_published_report(held: Held, change: dict[str, object]) -> None:
    report = published(held)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)
    draft = built(held, last=-2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=draft.pk).update(figures={})
    report.files.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        report.delete()


def test_report_is_compared_with_the_published_one_before(held: Held) -> None:
    held.came(held.programme.session(held.national.series, 2, days=-40), held.people.ama)
    assert built(held).figures["previous"] is None
    before = published(held, -60, -31)
    now = built(held)
    assert now.figures["previous"] == {
        "first": str(day(-60)),
        "last": str(day(-31)),
        "sha256": before.sha256,
        "values": values(before),
    }
    withdraw_report(report=before, notice_en="Wrong.", notice_fr="Erroné.", by=held.people.staff)
    assert built(held).figures["previous"] is None


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(-1, -30, "last-before-first"), (-30, 0, "not-ended"), (-400, -300, "no-session")],
)
def test_period_without_final_figures_is_refused(held: Held, first: int, last: int, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        built(held, first, last)
    assert (refusal.value.code, Report.objects.exists()) == (code, False)


def test_open_evaluation_is_waited_for(held: Held) -> None:
    asked = Asked(held.programme, held.people)
    asked.session.on_date = day(-2)
    asked.session.save()
    asked.ask()
    ask_for_evaluations(now=timezone.now())
    with pytest.raises(Refusal, match="close on"):
        built(held)
    later = timezone.now() + dt.timedelta(days=15)
    assert build_report(first=day(-30), last=day(-1), by=held.people.staff, now=later).figures["previous"] is None


def test_report_is_published_once_and_withdrawn_with_a_notice(held: Held) -> None:
    report, staff = built(held), held.people.staff
    with pytest.raises(Refusal, match="meanwhile"):
        publish_report(report=report, sha256="0" * 64, by=staff)
    publish_report(report=report, sha256=report.sha256, by=staff)
    for refused in (
        lambda: publish_report(report=report, sha256=report.sha256, by=staff),
        lambda: publish_report(report=built(held), sha256=built(held).sha256, by=staff),
        lambda: delete_draft(report=report, by=staff),
    ):
        with pytest.raises(Refusal, match="published"):
            refused()
    withdraw_report(report=report, notice_en="Wrong.", notice_fr="Erroné.", by=staff)
    with pytest.raises(Refusal, match="withdrawn"):
        withdraw_report(report=report, notice_en="Wrong.", notice_fr="Erroné.", by=staff)
    publish_report(report=built(held), sha256=built(held).sha256, by=staff)
    verbs = AuditEvent.objects.filter(verb__startswith="report-").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["report-built", "report-published", "report-built", "report-withdrawn", "report-published"]


def test_command_builds_the_same_draft(held: Held) -> None:
    period = {"from": str(day(-30)), "to": str(day(-1))}
    arguments = [f"--{name}={value}" for name, value in period.items()]
    out = StringIO()
    warned = StringIO()
    call_command("build_report", *arguments, "--dry-run", stdout=out, stderr=warned)
    assert "not six whole months" in warned.getvalue()
    assert "attendances 4\n" in out.getvalue()
    assert not Report.objects.exists()
    report = published(held)
    call_command("build_report", *arguments, "--dry-run", stdout=out, stderr=warned)
    assert out.getvalue().endswith(f"{report.sha256}\nSame figures as the published report.\n")
    call_command("build_report", *arguments, stdout=out, stderr=warned)
    assert Report.objects.drafts().get().sha256 == report.sha256
    with pytest.raises(CommandError, match="has not ended"):
        call_command("build_report", "--from=2026-01-01", "--to=2099-01-01", stderr=warned)
