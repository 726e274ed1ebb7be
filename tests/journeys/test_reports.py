"""An evaluator of Pallium builds and publishes the report of a period, and a visitor reads it on a phone."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from hubs.models import Hub
from pages.models import Report
from sessions.models import Series, Session
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.calendar.clocks import TORONTO
from tests.journeys.own_places import somebody
from tests.journeys.reader import Reader
from tests.journeys.steps import COMPUTER, PHONE, Arrive
from tests.live_portal import LivePortal
from tests.reports.held import store_sheets

pytestmark = pytest.mark.browser
MOST_PRESSES = 8
COMMENT = "On nights we are two nurses for forty people."


def an_evaluated_session(year: int) -> tuple[Session, str]:
    """Create a session in that year with six comments. Return it, and the session key of a Pallium evaluator."""
    hub = Hub.objects.get(slug="national")
    word = uuid.uuid4().hex[:8]
    series: Series = Programme.new_series(
        f"reported-{word}", hub=hub, title_en=f"Reported {word}", title_fr=f"Rap {word}"
    )
    series.save()
    session = Programme.new_session(series, 1, on_date=dt.date(year, 3, 4))
    session.save()
    store_sheets(session, [COMMENT, *(f"Comment {number}" for number in range(5))])
    evaluator = somebody("en", is_staff=True, is_programme_staff=True)
    return session, signed_in_client(evaluator).cookies["session"].value


def test_evaluator_builds_and_publishes_the_report(portal: LivePortal, arrive: Arrive) -> None:
    # Given a session of an earlier half-year, with comments
    session, key = portal.within(lambda: an_evaluated_session(2019))
    evaluator = arrive(place=TORONTO, width=COMPUTER, language="en")
    evaluator.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    evaluator.opens("/en/evaluation/")
    evaluator.starts()
    # When they build its report, choose a comment, and publish it
    evaluator.presses(evaluator.link("Semi-annual report"))
    for name, day in (("first_on", "2019-01-01"), ("last_on", "2019-06-30")):
        evaluator.page.locator(f"[name={name}]").fill(day)
    evaluator.presses(evaluator.button("Build the report"))
    evaluator.presses(evaluator.link("Choose comments"))
    one = evaluator.page.locator(".candidate").filter(has_text=COMMENT)
    evaluator.presses(one.locator("summary"))
    one.locator("textarea").first.fill("On nights we are two nurses […]")
    one.locator("select").select_option("en")
    evaluator.presses(one.locator("button[type=submit]").first)
    evaluator.presses(evaluator.link("Semi-annual report, January to June 2019"))
    evaluator.presses(evaluator.link("Publish…"))
    evaluator.presses(evaluator.button("Publish"))
    evaluator.tells(f"report: {evaluator.effort}")
    assert evaluator.points <= MOST_PRESSES, evaluator.effort
    # Then everybody reads it in both languages, and downloads its file
    visitor = arrive(place=TORONTO, width=PHONE, language="fr", javascript=False)
    visitor.opens("/fr/rapports/")
    visitor.presses(visitor.link("Rapport semestriel, janvier à juin 2019"))
    assert visitor.page.locator("blockquote").inner_text() == "On nights we are two nurses […]"
    assert session.series.title_fr in visitor.page.locator("#by-series + p + table").inner_text()
    row = portal.within(lambda: Report.objects.current().get(first_on=dt.date(2019, 1, 1)))
    assert row.sha256 in visitor.page.locator(".hash").inner_text()


def test_report_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    year = 2017 if reader.language == "en" else 2018
    _session, key = portal.within(lambda: an_evaluated_session(year))
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.opens("reports of staff", reader.address("staff_reports"))
    reader.page.locator("[name=first_on]").fill(f"{year}-07-01")
    reader.sends("period refused", last_on=f"{year}-01-01")
    reader.page.locator("[name=first_on]").fill(f"{year}-01-01")
    reader.sends("draft", last_on=f"{year}-06-30")
    pk = int(reader.page.url.rstrip("/").rpartition("/")[2])
    reader.opens("comments", reader.address("staff_report_comments", pk=pk))
    reader.page.locator(".candidate summary").first.click()
    reader.page.locator(".candidate button[type=submit]").first.click()
    reader.looks("comment refused")
    reader.opens("publish", reader.address("publish_report", pk=pk))
    reader.page.locator("#main form button").click()
    reader.page.wait_for_load_state("domcontentloaded")
    reader.opens("reports", reader.address("reports"))
    period = f"{year}-01-01--{year}-06-30"
    reader.opens("report", reader.address("report", period=period))
    reader.opens("withdraw", reader.address("withdraw_report", pk=pk))
    reader.page.locator("[name=notice_en]").fill("Wrong.")
    reader.sends("withdrawn", notice_fr="Erroné.")
    reader.opens("report withdrawn", reader.address("report", period=period), status=410)
