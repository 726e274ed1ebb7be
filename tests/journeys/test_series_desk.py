"""A coordinator works at the desk of a series with joining links and a move. The pages are accessible."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from echo_portal.outbox.models import Message
from registrations.models import SessionChange
from sessions.models import Session
from tests.journeys.coordinating import a_series_to_coordinate, coordinator, opens_the_desk, pastes
from tests.journeys.reader import Reader
from tests.journeys.steps import COMPUTER, PHONE, Arrive
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser

MOST_PRESSES_FOR_LINKS = 5
MOST_SECONDS_FOR_LINKS = 30
MOST_PRESSES_FOR_A_MOVE = 6
MOST_SECONDS_FOR_A_MOVE = 45
LINKS = [f"https://zoom.us/j/{number}" for number in range(1, 14)]


@pytest.mark.parametrize(
    ("width", "language", "javascript"),
    [(COMPUTER, "en", True), (PHONE, "fr", False)],
    ids=["computer", "phone-without-javascript"],
)
def test_coordinator_pastes_thirteen_joining_links_in_five_presses(
    portal: LivePortal, arrive: Arrive, width: int, language: str, javascript: bool
) -> None:
    series, visitor = coordinator(portal, arrive, width, language, javascript=javascript)
    # When they open the desk and paste the links, one on each line
    opens_the_desk(visitor, series)
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says("Paste joining links")))
    box = visitor.page.locator("textarea[name=links]")
    visitor.presses(box)
    pastes(box, "\n".join(LINKS))
    visitor.keys += 2
    visitor.presses(visitor.button("Save").first)
    # Then each session has its link, nobody is emailed, and the desk says so
    saved = visitor.counts("%(count)d session is saved.", "%(count)d sessions are saved.", 13) % {"count": 13}
    assert saved in visitor.page.locator(".messagelist").inner_text()
    found = portal.within(lambda: list(series.sessions.order_by("number").values_list("join_url", flat=True)))
    assert found == LINKS
    assert not portal.within(lambda: SessionChange.objects.filter(session__series=series).exists())
    visitor.tells(f"thirteen joining links: {visitor.effort}")
    assert visitor.points <= MOST_PRESSES_FOR_LINKS, visitor.effort
    assert visitor.seconds < MOST_SECONDS_FOR_LINKS, visitor.effort


@pytest.mark.parametrize(("width", "language"), [(COMPUTER, "en"), (PHONE, "fr")], ids=["computer", "phone"])
def test_coordinator_moves_session_five_after_a_preview(
    portal: LivePortal, arrive: Arrive, width: int, language: str
) -> None:
    series, visitor = coordinator(portal, arrive, width, language)
    session = portal.within(lambda: Session.objects.get(series=series, number=5))
    assert session.on_date is not None
    # When they open the desk and type another day in the table
    opens_the_desk(visitor, series)
    visitor.presses(visitor.page.get_by_role("link", name=visitor.says("Edit the sessions")))
    day = session.on_date + dt.timedelta(days=1)
    box = visitor.page.locator(f"input[name=s{session.pk}-on_date]")
    visitor.presses(box)
    box.fill(day.isoformat())
    visitor.keys += 8
    visitor.presses(visitor.button("Save").last)
    # Then a preview displays the three emails before anything is saved
    panel = visitor.page.locator(".desk-panel").inner_text()
    assert "3" in panel
    assert not portal.within(lambda: SessionChange.objects.filter(session=session).exists())
    press = visitor.counts("Save and write %(count)s email", "Save and write %(count)s emails", 3) % {"count": 3}
    visitor.presses(visitor.page.locator("#main").get_by_role("button", name=press))
    # And after one press the session is moved, and its emails wait for five minutes
    moved = portal.within(lambda: Session.objects.get(pk=session.pk))
    assert (moved.on_date, moved.state) == (day, "rescheduled")
    change = portal.within(lambda: SessionChange.objects.get(session=session))
    assert portal.within(lambda: Message.objects.filter(about=f"change:{change.pk}").count()) == 3
    assert visitor.page.get_by_role("button", name=visitor.says("Take it back")).count() == 1
    visitor.tells(f"move session 5: {visitor.effort}")
    assert visitor.points <= MOST_PRESSES_FOR_A_MOVE, visitor.effort
    assert visitor.seconds < MOST_SECONDS_FOR_A_MOVE, visitor.effort


def test_desk_pages_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    series, key = portal.within(lambda: a_series_to_coordinate(reader.language))
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.lang = reader.language  # Django's pages do not name the country

    def at(tab: str) -> str:
        return reader.address(f"admin:echo_sessions_series_{tab}", pk=series.pk)

    first, second = portal.within(lambda: list(series.sessions.filter(number__lte=2).values_list("pk", flat=True)))
    reader.opens("desk", at("desk"))
    reader.opens("desk registrants", at("registrants"))
    reader.opens("desk messages", at("messages"))
    reader.opens("desk table", f"{at('table')}?links=1")
    for pk in (first, second):
        reader.page.locator(f"[name=s{pk}-start_time]").fill("11:30")
    reader.page.locator("button[value=save]").last.click()
    reader.page.wait_for_load_state("domcontentloaded")
    reader.looks("desk preview")
    reader.page.locator("button[value=commit]").click()
    reader.page.wait_for_load_state("domcontentloaded")
    reader.looks("desk with a move to take back")
    reader.opens("desk table again", at("table"), same_markup=True)
    reader.page.locator("[name=links]").evaluate("box => { box.value = 'x'; }")
    reader.page.locator("button[value=save]").last.click()
    reader.page.wait_for_load_state("domcontentloaded")
    reader.looks("desk table with an error")


def test_forms_of_the_administration_have_no_accessibility_or_console_error(reader: Reader, portal: LivePortal) -> None:
    series, key = portal.within(lambda: a_series_to_coordinate(reader.language))
    first = portal.within(lambda: Session.objects.get(series=series, number=1).pk)
    reader.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    reader.lang = reader.language
    reader.opens("add a key", reader.address("admin:echo_sessions_enrollmentkey_add"))
    label = {"en": "Series", "fr": "Série"}[reader.language]
    box = reader.page.get_by_role("combobox", name=label)
    box.wait_for()  # the script that names the box may run after the page is loaded
    assert box.count() == 1, "the box has the name of its label"
    reader.opens("roles of a session", reader.address("admin:echo_sessions_session_roles", pk=first))
    reader.opens("form of a series", reader.address("admin:echo_sessions_series_change", object_id=series.pk))
    reader.opens("form of a hub", reader.address("admin:hubs_hub_change", object_id=series.hub_id))
    reader.opens("list of sessions", reader.address("admin:echo_sessions_session_changelist"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_tabs_of_the_desk_are_all_in_view_on_a_phone(portal: LivePortal, arrive: Arrive, language: str) -> None:
    series, visitor = coordinator(portal, arrive, PHONE, language)
    opens_the_desk(visitor, series)
    tabs = visitor.page.locator(".series-tabs a")
    boxes = tabs.evaluate_all(
        "tabs => tabs.map(tab => [tab.getBoundingClientRect(), tab.scrollWidth, tab.clientWidth])"
    )
    assert len(boxes) == 5
    for box, content, inside in boxes:
        assert box["left"] >= 0
        assert box["right"] <= PHONE
        assert box["height"] >= 44
        assert content <= inside  # no label is cut


def test_buttons_of_a_session_are_44_pixels_high_on_a_phone(portal: LivePortal, arrive: Arrive) -> None:
    series, visitor = coordinator(portal, arrive, PHONE, "en")
    first = portal.within(lambda: Session.objects.get(series=series, number=1).pk)
    opens_the_desk(visitor, series)
    visitor.page.goto(f"{portal.url}/admin/echo_sessions/session/{first}/change/")
    buttons = visitor.page.locator(".object-tools a:visible, .submit-row input:visible, .submit-row a:visible")
    heights = buttons.evaluate_all("all => all.map(one => [one.innerText || one.value, one.offsetHeight])")
    assert len(heights) > 3, heights
    assert [(words, height) for words, height in heights if height < 44] == []


# What people touch that is lower than 44 px, except links inside sentences.
TOO_LOW = """selectors => selectors.flatMap(selector => [...document.querySelectorAll(selector)].flatMap(one => {
  const height = one.getBoundingClientRect().height;
  return height && height < 43.9 ? [`${selector} ${one.innerText || one.name}: ${height}`] : [];
}))"""
ON_EVERY_PAGE = ["#user-tools :is(a, button)", "#site-name a", ".breadcrumbs a"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_people_touch_in_the_administration_is_44_pixels_high_on_a_phone(
    portal: LivePortal, arrive: Arrive, language: str
) -> None:
    series, visitor = coordinator(portal, arrive, PHONE, language)
    first, second = portal.within(lambda: list(series.sessions.order_by("number")[:2]))

    def was_yesterday() -> None:
        first.on_date = timezone.localdate() - dt.timedelta(days=1)
        first.save()

    portal.within(was_yesterday)
    session = f"/admin/echo_sessions/session/{second.pk}"
    found = {}
    for path, selectors in {
        "/admin/": [".module th a", ".module td a", "#content li > a:only-child", ".to-do__rows .button"],
        f"{session}/change/": ["fieldset :is(input, select, textarea):not([type=checkbox], [type=radio])"],
        f"/admin/attendance/attendance/session/{first.pk}/roll-call/": [".desk-choices label", ".desk .button"],
        f"{session}/cancel/": [".desk .button"],
    }.items():
        visitor.opens(path)
        assert visitor.page.locator(selectors[0]).count(), path
        if low := visitor.page.evaluate(TOO_LOW, [*selectors, *ON_EVERY_PAGE]):
            found[path] = low
    visitor.presses(visitor.page.locator("button[value=preview]"))
    assert visitor.page.locator(".desk summary").count()
    found["preview"] = visitor.page.evaluate(TOO_LOW, [".desk summary", ".desk .button", *ON_EVERY_PAGE])
    assert found == {"preview": []}
