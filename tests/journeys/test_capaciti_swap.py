"""A physician registers for one of two dates with the same content, and changes to the other."""

import pytest

from tests.calendar.clocks import VANCOUVER, WINNIPEG, Place
from tests.calendar.second_parser import read_email
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
    text_of,
)
from tests.live_portal import LivePortal

pytestmark = pytest.mark.browser


# Two zones whose clocks no longer change since 2026; British Columbia has several zones, Manitoba has one.
@pytest.mark.parametrize(("width", "place"), [(PHONE, VANCOUVER), (COMPUTER, WINNIPEG)], ids=["phone", "computer"])
def test_physician_registers_for_one_date_and_changes_to_the_other(
    portal: LivePortal, arrive: Arrive, width: int, place: Place
) -> None:
    # Given two dates with the same content, and a physician
    first, second = sessions_to_come(portal, "capaciti-information")
    physician = clinician(arrive, place, width, name="Noor Haddad", profession="FP")
    visitor = physician.visitor
    # When they register for the first, which is the next session on the home page
    visitor.presses(visitor.link("Register for this session").first)
    assert visitor.page.locator("input[name=sessions]:checked").get_attribute("value") == str(first.pk)
    fills_in_details(physician)
    sends_the_form(physician)
    # Then they are registered in less than a minute
    sees_it_is_done(physician, 1)
    # And the email is a calendar invitation that names no other attendee
    email = portal.email_to(physician.address)
    (invitation,) = holds(physician, email, "REQUEST", [first]).entries
    assert invitation.attendees == (physician.address,)
    # And when they open the link in the email and choose the other date
    manage = next(line for line in text_of(email).splitlines() if "/my-sessions/" in line and "#" not in line)
    visitor.opens(portal.address(manage.strip()))
    visitor.presses(visitor.link("Another date").first)
    visitor.presses(visitor.button("Take this date"))
    # Then the page displays that they changed to the other date
    assert "You changed to the other date" in visitor.page.locator("#main").inner_text()
    has(portal, physician, {first: "cancelled", second: "registered"})
    # And one email cancels the old calendar entry, and another invites them to the new date
    (gone,) = read_email(portal.email_to(physician.address, about="Date changed")).entries
    assert (gone.uid, gone.status) == (invitation.uid, "CANCELLED")
    assert gone.sequence > invitation.sequence
    holds(physician, portal.email_to(physician.address, about="You changed to another date"), "REQUEST", [second])
