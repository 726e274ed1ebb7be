"""The credits for a session as text: credits per hour × length, rounded down to quarter hours (DOMAIN.md MP-12)."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from credits.models import Accreditation
from credits.queries.accreditations import session_credit_words
from credits.words import category_words, credit_words, programme_words

RATES = st.decimals(min_value="0.01", max_value="10", places=2)
MINUTES = st.integers(min_value=0, max_value=600)


def accreditation(rate: str | Decimal = "1", maximum: str | Decimal | None = None) -> Accreditation:
    """Return an unsaved accreditation with this number of credits per hour and this maximum per session."""
    return Accreditation(
        programme="Mainpro+",
        credits_per_hour=Decimal(rate),
        max_per_session=None if maximum is None else Decimal(maximum),
        max_credits=Decimal(12),
    )


def words(record: Accreditation, minutes: int, language: str = "en") -> str:
    with translation.override(language):
        return session_credit_words(record, minutes)


def credits_in(text: str) -> Decimal:
    return Decimal(text.partition(" ")[0])


@pytest.mark.parametrize(
    ("rate", "minutes", "expected"),
    [
        ("1", 30, "0.5 Mainpro+ credit"),
        ("1", 60, "1 Mainpro+ credit"),
        ("1", 90, "1.5 Mainpro+ credits"),
        ("1", 165, "2.75 Mainpro+ credits"),
        ("2", 60, "2 Mainpro+ credits"),
        ("0.5", 60, "0.5 Mainpro+ credit"),
        ("1.5", 90, "2.25 Mainpro+ credits"),
    ],
)
def test_session_credits_are_rate_times_length(rate: str, minutes: int, expected: str) -> None:
    assert words(accreditation(rate), minutes) == expected


@pytest.mark.parametrize(
    ("rate", "minutes", "expected"),
    [
        ("1", 74, "1 Mainpro+ credit"),
        ("1", 75, "1.25 Mainpro+ credits"),
        ("1", 89, "1.25 Mainpro+ credits"),
        ("1", 14, "0 Mainpro+ credits"),
        ("0.99", 60, "0.75 Mainpro+ credit"),
        ("1.33", 45, "0.75 Mainpro+ credit"),
    ],
)
def test_session_credits_are_rounded_down_to_quarters(rate: str, minutes: int, expected: str) -> None:
    assert words(accreditation(rate), minutes) == expected


@given(RATES, MINUTES)
def test_session_credits_are_the_last_quarter_not_above_the_exact_value(rate: Decimal, minutes: int) -> None:
    shown = credits_in(words(accreditation(rate), minutes))
    assert shown % Decimal("0.25") == 0
    assert shown * 60 <= rate * minutes < (shown + Decimal("0.25")) * 60


@given(RATES, MINUTES, st.integers(min_value=1, max_value=40))
def test_session_credits_never_exceed_the_maximum_per_session(rate: Decimal, minutes: int, quarters: int) -> None:
    maximum = Decimal(quarters) / 4
    shown = credits_in(words(accreditation(rate, maximum), minutes))
    assert shown == min(credits_in(words(accreditation(rate), minutes)), maximum)


@pytest.mark.parametrize(
    ("maximum", "minutes", "expected"),
    [
        ("1", 90, "1 Mainpro+ credit"),
        ("1.5", 90, "1.5 Mainpro+ credits"),
        ("2", 90, "1.5 Mainpro+ credits"),
        ("2.00", 240, "2 Mainpro+ credits"),
    ],
)
def test_session_credits_are_cut_at_the_maximum_per_session(maximum: str, minutes: int, expected: str) -> None:
    assert words(accreditation(maximum=maximum), minutes) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (30, "0,5 crédit Mainpro+"),
        (60, "1 crédit Mainpro+"),
        (90, "1,5 crédit Mainpro+"),
        (105, "1,75 crédit Mainpro+"),
        (120, "2 crédits Mainpro+"),
        (165, "2,75 crédits Mainpro+"),
    ],
)
def test_session_credits_in_french_have_a_comma_and_the_plural_from_two(minutes: int, expected: str) -> None:
    assert words(accreditation(), minutes, "fr") == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ("1 hour", "Hours", "Learning")), ("fr", ("1 heure", "Heures", "Apprentissage"))],
)
def test_hours_of_learning_are_named_in_the_active_language(language: str, expected: tuple[str, ...]) -> None:
    with translation.override(language):
        found = credit_words(Decimal(1), "hours", "Hours"), programme_words("Hours"), category_words("Learning")
    assert found == expected
    with translation.override(language):
        assert programme_words("Mainpro+") == "Mainpro+"
