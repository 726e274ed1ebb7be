"""A physician takes one of two dates with the same content, and changes to the other."""

import pytest

from tests.calendar.second_parser import read_mail
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
    text_of,
)
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [PHONE, COMPUTER])
def test_one_of_two_dates_and_then_the_other(portal: LivePortal, arrive: Arrive, width: int) -> None:
    # Given two dates of the same content, and physicians across the country
    first, second = sessions_to_come(portal, "capaciti-information")
    everybody = clinicians(arrive, width, name="Noor Haddad", profession="FP")
    for her in everybody:
        # When she takes the first, which is the next session on the home page
        her.visitor.starts()
        her.visitor.presses(her.visitor.link("Register for this session").first)
        assert her.visitor.page.locator("input[name=sessions]:checked").get_attribute("value") == str(first.pk)
        fills_in_details(her)
        sends_the_form(her)
        # Then it is done in under a minute
        sees_it_is_done(her, 1)
    invitations = {}
    for her in everybody:
        # And the mail is itself the invitation, for her alone
        mail = portal.mail_to(her.address)
        (invitation,) = holds(her, mail, "REQUEST", [first]).entries
        assert invitation.attendees == (her.address,)
        invitations[her.address] = invitation
        # And when she opens the link of the mail and takes the other date
        manage = next(line for line in text_of(mail).splitlines() if "/my-sessions/" in line and "#" not in line)
        her.visitor.opens(portal.address(manage.strip()))
        her.visitor.presses(her.visitor.link("Another date").first)
        her.visitor.presses(her.visitor.button("Take this date"))
        # Then the page says so
        assert "You changed to the other date" in her.visitor.page.locator("#main").inner_text()
        has(portal, her, {first: "cancelled", second: "registered"})
    for her in everybody:
        # And one mail takes the old entry out, and another invites to the new date
        (gone,) = read_mail(portal.mail_to(her.address, about="Exchanged by you")).entries
        assert (gone.uid, gone.status) == (invitations[her.address].uid, "CANCELLED")
        assert gone.sequence > invitations[her.address].sequence
        holds(her, portal.mail_to(her.address, about="You changed to another date"), "REQUEST", [second])
