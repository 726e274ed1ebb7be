"""A personal support worker who reads French picks three sessions, in a browser that runs no script."""

import pytest

from tests.journeys.steps import (
    COMPUTER,
    PHONE,
    Arrive,
    clinicians,
    fills_in_details,
    has,
    holds,
    sees_it_is_done,
    sends_the_form,
    sessions_to_come,
    tells_her_time,
)
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, COMPUTER])
def test_three_sessions_of_the_series_in_french_without_javascript(
    portal: LivePortal, arrive: Arrive, width: int
) -> None:
    # Given the sessions to come, and support workers across the country
    to_come = sessions_to_come(portal, "psw-cop")
    wanted = [to_come[0], to_come[1], to_come[3]]
    everybody = clinicians(arrive, width, name="Élodie Tremblay", profession="PSW", language="fr", javascript=False)
    for her in everybody:
        # When she tells her time, opens the series, picks three sessions and fills in one page
        her.visitor.starts()
        assert her.visitor.page.url.endswith("/fr/")
        tells_her_time(her)
        her.visitor.presses(her.visitor.link(wanted[0].series.title_fr).first)
        her.visitor.presses(her.visitor.page.locator("#main aside a.btn").first)
        her.visitor.ticks("which", "some")
        for session in wanted:
            her.visitor.ticks("sessions", str(session.pk))
        fills_in_details(her)
        sends_the_form(her)
        # Then it is done in under a minute
        sees_it_is_done(her, 3)
    for her in everybody:
        # And one mail in French carries the three sessions as a file
        holds(her, portal.mail_to(her.address), "PUBLISH", wanted)
        has(portal, her, dict.fromkeys(wanted, "registered"))
