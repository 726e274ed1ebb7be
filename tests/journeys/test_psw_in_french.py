"""A personal support worker who reads French registers for three sessions, in a browser without JavaScript."""

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


# A zone whose clocks never change, and the sessions' own zone.
@pytest.mark.parametrize(("width", "place"), [(PHONE, REGINA), (COMPUTER, TORONTO)], ids=["phone", "computer"])
def test_support_worker_registers_in_french_without_javascript(
    portal: LivePortal, arrive: Arrive, width: int, place: Place
) -> None:
    # Given a series with future sessions, and a support worker
    to_come = sessions_to_come(portal, "psw-cop")
    wanted = [to_come[0], to_come[1], to_come[3]]
    worker = clinician(arrive, place, width, name="Élodie Tremblay", profession="PSW", language="fr", javascript=False)
    visitor = worker.visitor
    assert visitor.page.url.endswith("/fr/")
    # When they choose their time zone, open the series, select three sessions and fill in the form
    tells_their_time(worker)
    visitor.presses(visitor.link(wanted[0].series.title_fr).first)
    visitor.presses(visitor.page.locator("#main aside a.btn").first)
    visitor.ticks("which", "some")
    for session in wanted:
        visitor.ticks("sessions", str(session.pk))
    fills_in_details(worker)
    sends_the_form(worker)
    # Then they are registered in less than a minute
    sees_it_is_done(worker, 3)
    # And one email in French has a calendar file with the three sessions
    holds(worker, portal.email_to(worker.address), "PUBLISH", wanted)
    has(portal, worker, dict.fromkeys(wanted, "registered"))
