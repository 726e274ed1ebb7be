"""Fixtures for the tests of registration."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from tests.builders import Programme
from tests.people import People
from tests.registrations.hostile import Offer


@pytest.fixture(scope="module")
def adds() -> Callable[[Programme, People], Offer]:
    return add_offer


@pytest.fixture
def offer(added: Offer) -> Offer:
    """Return the offer, whose rows are created once for all tests of a file."""
    return added


def add_offer(programme: Programme, _people: People) -> Offer:
    open_series, sessions = programme.open_series("psw-cop", sessions=3)
    keyed, _sessions = programme.open_series("ltc-cop", sessions=2, registration_mode="key")
    programme.key(keyed, "LTC2122")
    _other, foreign = programme.open_series("other")
    choice, choices = programme.open_series("capaciti", sessions=2, choose_one=True)
    return Offer(
        open=open_series,
        sessions=sessions,
        held=programme.session(open_series, 7, days=-7),
        cancelled=programme.session(open_series, 8, days=8, state="cancelled"),
        draft=programme.session(open_series, 9, days=9, state="draft"),
        foreign=foreign[0],
        keyed=keyed,
        choice=choice,
        choices=choices,
    )


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param
