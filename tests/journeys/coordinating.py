"""Create a series and the browser session of its coordinator, and open the pages on which they work."""

import uuid

from playwright.sync_api import Locator

from hubs.models import Hub, Membership
from sessions.models import Series, Session
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.calendar.clocks import TORONTO
from tests.journeys.own_places import enroll, somebody
from tests.journeys.steps import Arrive
from tests.journeys.visitor import Visitor
from tests.live_portal import LivePortal


def a_series_to_coordinate(language: str) -> tuple[Series, str]:
    """Create a series of 13 sessions with three enrolled people. Return it, and its coordinator's session key."""
    word = uuid.uuid4().hex[:8]
    host = Hub.objects.get(slug="national").host
    hub = Hub.objects.create(slug=f"desk-{word}", host=host, scope="provincial", province="ON", name_en=f"Hub {word}")
    person = somebody(language, is_staff=True)
    Membership.objects.create(person=person, hub=hub, role=Membership.Role.COORDINATOR)
    series = Programme.new_series(f"desk-{word}", hub=hub, title_en=f"Desk {word}", title_fr=f"Bureau {word}")
    series.save()
    sessions = [Programme.new_session(series, number, days=14 * number) for number in range(1, 14)]
    Session.objects.bulk_create(sessions)
    for _number in range(3):
        enroll(somebody(language), series, sessions, whole=True)
    return series, signed_in_client(person).cookies["session"].value


def coordinator(
    portal: LivePortal, arrive: Arrive, width: int, language: str, *, javascript: bool = True
) -> tuple[Series, Visitor]:
    """Open the start page of the administration as the coordinator of a new series, and start the clock."""
    series, key = portal.within(lambda: a_series_to_coordinate(language))
    visitor = arrive(place=TORONTO, width=width, language=language, javascript=javascript)
    visitor.context.add_cookies([{"name": "session", "value": key, "url": portal.url}])
    visitor.opens("/admin/")
    visitor.pages = 0
    visitor.starts()
    return series, visitor


def opens_the_desk(visitor: Visitor, series: Series) -> None:
    visitor.presses(visitor.page.locator("#content a[href='/admin/echo_sessions/series/']").first)
    visitor.presses(visitor.page.locator(f"#result_list a[href='/admin/echo_sessions/series/{series.pk}/']"))


def pastes(box: Locator, text: str) -> None:
    """Paste the text. This counts as one press of two keys."""
    box.fill(text)
