"""A coordinator creates a series from a pasted schedule or by a rule, prints documents, and cancels a session.

They do so on a computer in English, and on a phone in French, within a number of presses and seconds.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone

from attendance.models import AttendanceCorrection
from echo_portal.outbox.models import Message
from sessions.models import EnrollmentKey, Series, Session
from tests.journeys.coordinating import coordinator, opens_the_desk, pastes
from tests.journeys.steps import COMPUTER, PHONE, Arrive
from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser

PUBLISHED = Path(__file__).resolve().parents[1] / "sessions" / "schedules" / "published-ltc.txt"
LANGUAGES = [(COMPUTER, "en"), (PHONE, "fr")]
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
both = pytest.mark.parametrize(("width", "language"), LANGUAGES, ids=["computer", "phone"])


def schedule() -> tuple[str, dt.date]:
    """Return the published schedule of the long-term care series, moved by one year, in which a year lacks a digit."""
    year = timezone.localdate().year + 1
    text = PUBLISHED.read_text(encoding="utf-8").replace("2022", str(year)).replace("2021", str(year - 1))
    faulty = f"March 10, {str(year)[:3]} "
    assert f"March 10, {year} " in text
    return text.replace(f"March 10, {year} ", faulty), dt.date(year, 3, 10)


def opens_the_list(visitor: Visitor, link: str) -> None:
    visitor.presses(visitor.page.locator("#content a[href='/admin/echo_sessions/series/']").first)
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says(link)))


def publishes(visitor: Visitor, portal: LivePortal) -> Series:
    visitor.presses(visitor.page.locator("#main a.button.default", has_text=visitor.says("Publish")).first)
    visitor.presses(visitor.page.locator("button[value=publish]"))
    return portal.within(lambda: Series.objects.latest("pk"))


def fills(visitor: Visitor, selector: str, text: str) -> None:
    box = visitor.page.locator(selector)
    visitor.presses(box)
    box.fill(text)
    visitor.keys += len(text)


@both
def test_coordinator_pastes_a_published_schedule_corrects_and_publishes_it(
    portal: LivePortal, arrive: Arrive, width: int, language: str
) -> None:
    _other, visitor = coordinator(portal, arrive, width, language)
    text, right_day = schedule()
    # When they paste the text of the published page
    opens_the_list(visitor, "Paste a schedule")
    box = visitor.page.locator("textarea[name=text]")
    visitor.presses(box)
    pastes(box, text)
    visitor.keys += 2
    visitor.presses(visitor.page.locator("button[value=read]"))
    # Then the row whose year lost a digit says so, and has no date that could be wrong
    row = visitor.page.locator("fieldset.drafts__row").nth(3)
    assert row.locator("input[type=date]").input_value() in ("", right_day.isoformat())
    assert row.locator(".findings").count() == 1
    # When they correct it, accept the drafts and publish the series
    fills(visitor, "input[name=rows-3-on_date]", right_day.isoformat())
    visitor.presses(visitor.page.locator("button[value=accept]"))
    series = publishes(visitor, portal)
    # Then the thirteen sessions are public, on the published days
    found = portal.within(lambda: list(series.sessions.order_by("number").values_list("number", "state", "on_date")))
    assert [(number, state) for number, state, _day in found] == [(number, "published") for number in range(1, 14)]
    assert found[3][2] == right_day
    assert series.title_en == "Long-Term Care Community of Practice Series"
    visitor.tells(f"thirteen sessions from a pasted schedule: {visitor.effort}")
    assert visitor.points <= 25, visitor.effort
    assert visitor.seconds < 180, visitor.effort


@both
def test_coordinator_makes_a_series_of_five_by_a_rule_and_publishes_it(
    portal: LivePortal, arrive: Arrive, width: int, language: str
) -> None:
    _other, visitor = coordinator(portal, arrive, width, language)
    opens_the_list(visitor, "Make sessions by a rule")
    fills(visitor, "input[name=count]", "5")
    visitor.presses(visitor.page.locator("button[value=read]"))
    fills(visitor, "input[name=series-title_en]", "Grief in small communities")
    fills(visitor, "input[name=series-title_fr]", "Le deuil dans les petites communautés")
    visitor.presses(visitor.page.locator("button[value=accept]"))
    series = publishes(visitor, portal)
    days = portal.within(lambda: list(series.sessions.order_by("number").values_list("on_date", flat=True)))
    second_thursdays = [day for day in days if day and day.weekday() == 3 and 8 <= day.day <= 14]
    assert (len(second_thursdays), len(set(days))) == (5, 5)
    assert portal.within(lambda: series.is_published and not series.sessions.filter(state="draft").exists())
    visitor.tells(f"a series of five by a rule: {visitor.effort}")
    assert visitor.points <= 20, visitor.effort
    assert visitor.seconds < 120, visitor.effort


@both
def test_coordinator_prints_the_run_sheet_and_the_poster(
    portal: LivePortal, arrive: Arrive, width: int, language: str
) -> None:
    series, visitor = coordinator(portal, arrive, width, language)
    portal.within(lambda: EnrollmentKey.objects.create(series=series, text=series.slug, folded=series.slug.upper()))
    opens_the_desk(visitor, series)
    with visitor.page.expect_download() as poster:
        visitor.page.get_by_role("link", name=visitor.says("Poster (PDF)")).click()
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says("Run sheet")).first)
    with visitor.page.expect_download() as sheet:
        visitor.page.get_by_role("link", name=visitor.says("Print it (PDF)")).click()
    for paper in (poster.value, sheet.value):
        assert Path(paper.path()).read_bytes().startswith(b"%PDF-")
    visitor.points += 2
    visitor.tells(f"poster and run sheet: {visitor.effort}")
    assert visitor.points <= 5, visitor.effort


def test_coordinator_takes_the_roll_and_cancels_a_session_with_one_thumb(portal: LivePortal, arrive: Arrive) -> None:
    series, visitor = coordinator(portal, arrive, PHONE, "fr")
    first, second = portal.within(lambda: list(series.sessions.order_by("number")[:2]))

    def was_yesterday() -> None:
        first.on_date = timezone.localdate() - dt.timedelta(days=1)
        first.save()

    portal.within(was_yesterday)
    visitor.opens(f"/admin/attendance/attendance/session/{first.pk}/")
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says("Roll call")))
    visitor.presses(visitor.page.locator("input[name=present]").first)
    visitor.presses(visitor.button("Save the roll call"))
    assert portal.within(lambda: AttendanceCorrection.objects.filter(session=first).count()) == 1
    visitor.opens(f"/admin/echo_sessions/session/{second.pk}/change/")
    assert visitor.page.evaluate(OVERFLOW) == 0
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says("Cancel this session")))
    visitor.presses(visitor.page.locator("button[value=preview]"))
    assert visitor.page.evaluate(OVERFLOW) == 0
    visitor.presses(visitor.page.locator("button[value=commit]"))
    assert portal.within(lambda: Session.objects.get(pk=second.pk).is_cancelled)
    assert portal.within(lambda: Message.objects.filter(kind="session-cancelled", scope_id=series.hub_id).count()) == 3
    visitor.tells(f"a roll call and a cancellation on a phone: {visitor.effort}")
    assert visitor.points <= 10, visitor.effort
