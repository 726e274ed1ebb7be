"""A personal support worker who reads French picks three sessions, in a browser that runs no script."""

import pytest

from tests.calendar.clocks import REGINA, TORONTO, Place
from tests.journeys.steps import (
    COMPUTER,
    PHONE,
    Arrive,
    clinician,
    fills_in_details,
    has,
    holds,
    sees_it_is_done,
    sends_the_form,
    sessions_to_come,
    tells_their_time,
)
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


# A zone that never changes its clocks, and the sessions' own zone.
@pytest.mark.parametrize(("width", "place"), [(PHONE, REGINA), (COMPUTER, TORONTO)], ids=["phone", "computer"])
def test_support_worker_registers_in_french_without_javascript(
    portal: LivePortal, arrive: Arrive, width: int, place: Place
) -> None:
    # Given the sessions to come, and a support worker
    to_come = sessions_to_come(portal, "psw-cop")
    wanted = [to_come[0], to_come[1], to_come[3]]
    worker = clinician(arrive, place, width, name="Élodie Tremblay", profession="PSW", language="fr", javascript=False)
    visitor = worker.visitor
    assert visitor.page.url.endswith("/fr/")
    # When they tell their time, open the series, pick three sessions and fill in one page
    tells_their_time(worker)
    visitor.presses(visitor.link(wanted[0].series.title_fr).first)
    visitor.presses(visitor.page.locator("#main aside a.btn").first)
    visitor.ticks("which", "some")
    for session in wanted:
        visitor.ticks("sessions", str(session.pk))
    fills_in_details(worker)
    sends_the_form(worker)
    # Then it is done in under a minute
    sees_it_is_done(worker, 3)
    # And one email in French carries the three sessions as a file
    holds(worker, portal.email_to(worker.address), "PUBLISH", wanted)
    has(portal, worker, dict.fromkeys(wanted, "registered"))
