"""A nurse in long-term care registers with the key on a poster and later signs in with a code."""

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


# A zone with an offset of half an hour, and the eastern zone of a territory with several.
@pytest.mark.parametrize(("width", "place"), [(PHONE, ST_JOHNS), (COMPUTER, IQALUIT)], ids=["phone", "computer"])
def test_nurse_registers_with_a_key_and_signs_in_with_a_code(
    portal: LivePortal, arrive: Arrive, width: int, place: Place
) -> None:
    # Given a series with future sessions, and a nurse
    to_come = sessions_to_come(portal, "ltc-cop")
    nurse = clinician(arrive, place, width, name="Ama Okpik", profession="RN")
    visitor = nurse.visitor
    # When they open a session from the home page, select all sessions, and type the key with other case and spaces
    visitor.presses(visitor.page.locator("#agenda a.btn[href*='ltc-cop/register/']").first)
    visitor.ticks("which", "all")
    visitor.types("enrollment_key", "ltc 2122")
    fills_in_details(nurse)
    sends_the_form(nurse)
    # Then they are registered in less than a minute
    sees_it_is_done(nurse, len(to_come))
    # And the email's calendar contains every future session
    holds(nurse, portal.email_to(nurse.address), "PUBLISH", to_come)
    # And when they return, request a code and type it
    visitor.presses(visitor.link("My sessions").first)
    visitor.types("email", nurse.address)
    visitor.presses(visitor.button("Send me a code"))
    signs_in_by_code(nurse, portal.email_to(nurse.address, about="Your sign-in code"))
    # Then the page lists their sessions in order of time
    titles = visitor.page.locator("ul.rows").first.locator(".rows__title").all_inner_texts()
    assert [title.strip() for title in titles] == [session.title_en for session in to_come]
