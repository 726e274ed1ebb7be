"""A nurse in long-term care registers with the key of a poster and later signs in by a code."""

import pytest

from tests.calendar.clocks import IQALUIT, ST_JOHNS, Place
from tests.journeys.steps import (
    COMPUTER,
    PHONE,
    Arrive,
    clinician,
    fills_in_details,
    holds,
    sees_it_is_done,
    sends_the_form,
    sessions_to_come,
    signs_in_by_code,
)
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


# A zone with half hours, and the eastern part of a territory with several zones.
@pytest.mark.parametrize(("width", "place"), [(PHONE, ST_JOHNS), (COMPUTER, IQALUIT)], ids=["phone", "computer"])
def test_nurse_registers_by_key_and_signs_in_by_code(
    portal: LivePortal, arrive: Arrive, width: int, place: Place
) -> None:
    # Given the sessions to come, and a nurse
    to_come = sessions_to_come(portal, "ltc-cop")
    nurse = clinician(arrive, place, width, name="Ama Okpik", profession="RN")
    visitor = nurse.visitor
    # When they come by a session of the home page, take them all, and type the key in their own way
    visitor.presses(visitor.page.locator("#agenda a.btn[href*='ltc-cop/register/']").first)
    visitor.ticks("which", "all")
    visitor.types("enrollment_key", "ltc 2122")
    fills_in_details(nurse)
    sends_the_form(nurse)
    # Then it is done in under a minute
    sees_it_is_done(nurse, len(to_come))
    # And the email carries every session to come
    holds(nurse, portal.email_to(nurse.address), "PUBLISH", to_come)
    # And when they come back, ask for a code and type it
    visitor.presses(visitor.link("My sessions").first)
    visitor.types("email", nurse.address)
    visitor.presses(visitor.button("Send me a code"))
    signs_in_by_code(nurse, portal.email_to(nurse.address, about="Your sign-in code"))
    # Then their sessions are there, in order of time
    titles = visitor.page.locator("ul.rows").first.locator(".rows__title").all_inner_texts()
    assert [title.strip() for title in titles] == [session.title_en for session in to_come]
