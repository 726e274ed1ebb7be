"""Requests of other people neither keep the owner of a mailbox from signing in, nor fill the mailbox (ADR 56)."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignInCode
from accounts.throttles import CODES_PER_MAILBOX_AND_DAY, LINKS_BEYOND_THE_LIMIT, LINKS_BEYOND_THE_LIMIT_AND_DAY
from tests.accounts.browsers import known_browser
from tests.accounts.sign_in import UNKNOWN, ask, is_signed_in, link_of, newest_email, text_of
from tests.people import People
from tests.refused import shown_again
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db
MINUTES = dt.timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at the beginning of a day, at which the windows of all limits begin."""
    start = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    with time_machine.travel(start, tick=False) as traveller:
        yield traveller


def many_others_ask(address: str) -> int:
    """Request codes from many networks, and return how many were sent."""
    before = SignInCode.objects.count()
    for number in range(20):
        Client().post(reverse("sign_in"), {"email": address}, REMOTE_ADDR=f"192.0.2.{number}")
    return SignInCode.objects.count() - before


def test_owner_signs_in_in_a_new_browser_during_foreign_requests(
    sink: Sink, people: People, clock: time_machine.Traveller
) -> None:
    assert many_others_ask(people.ama.email) == 15
    clock.shift(9 * MINUTES)
    owner = Client()
    assert many_others_ask(people.ama.email) == 0, "the emails of the first minute still work"
    clock.shift(2 * MINUTES)
    page = shown_again(owner, ask(owner, people.ama.email)).content.decode()
    assert "Open our newest email: its button works in any browser." in page
    assert many_others_ask(people.ama.email) == 0, "one email in ten minutes"
    owner.post(link_of(newest_email(sink)))
    assert is_signed_in(owner)


@pytest.mark.parametrize("address", [UNKNOWN, "una.proved@example.org"])
def test_answer_beyond_the_limit_is_the_same_for_people_who_have_proved_nothing(
    people: People, clock: time_machine.Traveller, address: str
) -> None:
    people.make("una.proved@example.org", "Una Proved", proved=False)
    pages = []
    for email in (people.ama.email, address):
        many_others_ask(email)
    clock.shift(11 * MINUTES)
    for email, sent in ((people.ama.email, 1), (address, 0)):
        browser, before = Client(), SignInCode.objects.count()
        page = shown_again(browser, ask(browser, email))
        pages.append((page.context["form"].errors, page.context["has_code"], sorted(browser.session.keys())))
        assert SignInCode.objects.count() - before == sent
    assert pages[0] == pages[1]


def test_mailbox_gets_few_codes_in_a_day_and_the_owner_still_gets_theirs(
    people: People, clock: time_machine.Traveller
) -> None:
    sent = []
    for _hour in range(23):
        sent.append(many_others_ask(people.ama.email))
        clock.shift(60 * MINUTES)
    assert sent == [15, 15, 10, *[1] * 20], "forty in a day, and then one an hour, because others ask once an hour"
    own = known_browser(people.ama.email)
    assert ask(own, people.ama.email)["Location"] == reverse("sign_in_code")


def test_ceilings_of_a_day_are_those_of_the_decision(people: People) -> None:
    limits = (CODES_PER_MAILBOX_AND_DAY, LINKS_BEYOND_THE_LIMIT_AND_DAY, LINKS_BEYOND_THE_LIMIT)
    assert [(limit.tries, limit.window) for limit in limits] == [
        (40, dt.timedelta(days=1)),
        (60, dt.timedelta(days=1)),
        (1, 10 * MINUTES),
    ]


def test_owner_has_a_link_for_an_hour_after_foreign_requests_of_a_day(
    sink: Sink, people: People, clock: time_machine.Traveller
) -> None:
    for _number in range(60):
        LINKS_BEYOND_THE_LIMIT_AND_DAY.reserve(people.ama.email)
        CODES_PER_MAILBOX_AND_DAY.reserve(people.ama.email)
    assert many_others_ask(people.ama.email) == 1
    email = newest_email(sink)
    assert email["Subject"] == "Your sign-in link"
    assert "It works once, for an hour, in any browser." in text_of(email)
    assert not re.search(r"\b\d{3} \d{3}\b", text_of(email)), "no browser can use a code"
    clock.shift(59 * MINUTES)
    assert many_others_ask(people.ama.email) == 0, "the link still works"
    owner = Client()
    owner.post(link_of(email))
    assert is_signed_in(owner)
    assert many_others_ask(people.ama.email) == 0, "one email an hour"
    clock.shift(2 * MINUTES)
    assert many_others_ask(people.ama.email) == 1


def test_owner_in_a_known_browser_has_a_ceiling_too(people: People, clock: time_machine.Traveller) -> None:
    own, sent = known_browser(people.ama.email), 0
    for _quarter in range(14):
        before = SignInCode.objects.count()
        for _time in range(6):
            ask(own, people.ama.email)
        sent += SignInCode.objects.count() - before
        clock.shift(15 * MINUTES)
    assert sent == 60 + 2, "sixty, and two beyond the limit in the last two quarters of an hour"
