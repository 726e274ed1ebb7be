"""A nurse in long-term care has the key from a poster, and later finds her sessions by a code."""

import pytest

from tests.journeys.steps import (
    COMPUTER,
    PHONE,
    Arrive,
    clinicians,
    fills_in_details,
    holds,
    sees_it_is_done,
    sends_the_form,
    sessions_to_come,
    signs_in_by_code,
)
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, COMPUTER])
def test_the_whole_series_by_its_key_and_then_my_sessions_by_code(
    portal: LivePortal, arrive: Arrive, width: int
) -> None:
    # Given the sessions to come, and nurses across the country
    to_come = sessions_to_come(portal, "ltc-cop")
    everybody = clinicians(arrive, width, name="Ama Okpik", profession="RN")
    for her in everybody:
        # When she comes by a session of the home page, takes them all, and types the key her own way
        her.visitor.starts()
        page = her.visitor.page
        her.visitor.presses(page.locator("#agenda a.btn[href*='ltc-cop/register/']").first)
        her.visitor.ticks("which", "all")
        her.visitor.types("enrollment_key", "ltc 2122")
        fills_in_details(her)
        sends_the_form(her)
        # Then it is done in under a minute
        sees_it_is_done(her, len(to_come))
    for her in everybody:
        # And the mail carries every session to come
        holds(her, portal.mail_to(her.address), "PUBLISH", to_come)
        # And when she comes back, asks for a code and types it
        her.visitor.presses(her.visitor.link("My sessions").first)
        her.visitor.types("email", her.address)
        her.visitor.presses(her.visitor.button("Send me a code"))
    for her in everybody:
        signs_in_by_code(her, portal.mail_to(her.address, about="Your sign-in code"))
        # Then her sessions are there, in order of time
        titles = her.visitor.page.locator("ul.rows").first.locator(".rows__title").all_inner_texts()
        assert [title.strip() for title in titles] == [session.title_en for session in to_come]
