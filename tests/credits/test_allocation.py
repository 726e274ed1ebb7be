"""Credits are rounded down to quarter hours, limited for each session and series, and allocated in order of date."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credits.allocation import AttendedSession, Terms, allocate, credits_for, minutes_needed, total

D = Decimal
LTC = Terms(D(1), D("0.25"), None, D(12))
TERMS = st.builds(
    Terms,
    per_hour=st.sampled_from([D("0.5"), D(1), D("1.5"), D(2), D(3)]),
    step=st.sampled_from([D("0.25"), D("0.5"), D(1)]),
    session_max=st.none() | st.sampled_from([D("0.25"), D(1), D("1.5")]),
    series_max=st.sampled_from([D("0.5"), D(1), D(4), D(12), D("12.5")]),
)
MINUTES = st.lists(st.integers(min_value=0, max_value=240), max_size=20)


def attended(*minutes: int) -> list[AttendedSession]:
    return [AttendedSession(number, one) for number, one in enumerate(minutes, 1)]


def found(terms: Terms, *given: AttendedSession, one_counts: bool = False) -> list[tuple[Decimal, str]]:
    return [(line.credits, line.code) for line in allocate(given, terms, one_counts=one_counts)]


def test_thirteenth_hour_earns_nothing_above_the_maximum_of_twelve() -> None:
    lines = allocate(attended(*[60] * 13), LTC)
    assert [line.credits for line in lines] == [D(1)] * 12 + [D(0)]
    assert [line.code for line in lines] == ["earned"] * 12 + ["series-max"]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "0"), (14, "0"), (15, "0.25"), (29, "0.25"), (40, "0.5"), (45, "0.75"), (59, "0.75"), (60, "1")],
)
def test_minutes_are_rounded_down_to_quarter_hours(minutes: int, expected: str) -> None:
    assert credits_for(minutes, LTC) == D(expected)


def test_sentence_for_a_short_stay_contains_the_minutes_needed() -> None:
    assert found(LTC, AttendedSession(1, 14)) == [(D(0), "too-short")]
    assert (minutes_needed(LTC), minutes_needed(Terms(D("1.5"), D("0.25"), None, D(1)))) == (15, 10)
    assert minutes_needed(Terms(D(2), D("0.25"), None, D(1))) == 8  # 7.5 minutes


def test_last_stay_earns_the_rest_of_the_maximum_with_the_reason() -> None:
    terms = Terms(D(1), D("0.25"), None, D("1.5"))
    assert found(terms, *attended(60, 60, 60)) == [
        (D(1), "earned"),
        (D("0.5"), "series-max-part"),
        (D(0), "series-max"),
    ]


def test_stay_above_the_session_maximum_has_the_reason() -> None:
    assert found(Terms(D(1), D("0.25"), D(1), D(12)), AttendedSession(1, 90)) == [(D(1), "session-max")]


def test_late_attendance_does_not_change_credits_on_a_certificate() -> None:
    late = [AttendedSession(1, 60), *(AttendedSession(number, 60, certified=D(1)) for number in range(2, 14))]
    assert found(LTC, *late) == [(D(0), "series-max")] + [(D(1), "earned")] * 12


def test_session_with_zero_credits_on_a_certificate_is_allocated_again() -> None:
    changed = [
        AttendedSession(1, 30),
        *(AttendedSession(n, 60, certified=D(1)) for n in range(2, 13)),
        AttendedSession(13, 60, certified=D(0)),
    ]
    assert [amount for amount, _code in found(LTC, *changed)] == [D("0.5")] + [D(1)] * 11 + [D("0.5")]


def test_only_the_longest_of_equivalent_dates_earns_credits() -> None:
    assert found(LTC, AttendedSession(1, 30), AttendedSession(2, 60), one_counts=True) == [
        (D(0), "same-content"),
        (D(1), "earned"),
    ]
    assert found(LTC, AttendedSession(1, 60), AttendedSession(2, 60), one_counts=True) == [
        (D(1), "earned"),
        (D(0), "same-content"),
    ]


def test_equivalent_date_on_a_certificate_does_not_count_if_it_is_barred_now() -> None:
    given = [AttendedSession(1, 60, "outside-dates", certified=D(1)), AttendedSession(2, 60)]
    assert found(LTC, *given, one_counts=True) == [(D(0), "outside-dates"), (D(1), "earned")]


def test_barred_stay_does_not_reduce_the_maximum_of_the_series() -> None:
    terms = Terms(D(1), D("0.25"), None, D(1))
    assert found(terms, AttendedSession(1, 60, "outside-dates"), AttendedSession(2, 60)) == [
        (D(0), "outside-dates"),
        (D(1), "earned"),
    ]


@given(TERMS, MINUTES, st.data())
def test_credits_never_exceed_the_minutes_or_the_maximum_credits(
    terms: Terms, minutes: list[int], data: st.DataObject
) -> None:
    given = [
        AttendedSession(number, one, certified=data.draw(st.none() | st.just(credits_for(one, terms))))
        for number, one in enumerate(minutes, 1)
    ]
    one_counts = data.draw(st.booleans())
    lines = allocate(given, terms, one_counts=one_counts)
    assert [(line.session, line.minutes) for line in lines] == [(stay.session, stay.minutes) for stay in given]
    assert total(lines) <= terms.series_max
    for line in lines:
        assert 0 <= line.credits <= line.minutes * terms.per_hour / 60
        assert terms.session_max is None or line.credits <= terms.session_max
    if one_counts:
        assert sum(line.credits > 0 for line in lines) <= 1


@given(TERMS)
def test_fewest_minutes_that_earn_credits_are_the_minutes_needed(terms: Terms) -> None:
    first = next(minutes for minutes in range(1, 241) if credits_for(minutes, terms))
    assert minutes_needed(terms) == first


@given(TERMS, MINUTES)
def test_all_credits_below_the_maximum_are_allocated(terms: Terms, minutes: list[int]) -> None:
    deserved = sum((credits_for(one, terms) for one in minutes), D(0))
    assert total(allocate(attended(*minutes), terms)) == min(deserved, terms.series_max)


def test_credits_that_wait_for_an_evaluation_take_the_rest_of_the_maximum() -> None:
    terms = Terms(D(1), D("0.25"), None, D("1.5"))
    first = AttendedSession(1, 60, waits=True)
    assert found(terms, first, AttendedSession(2, 60)) == [(D("0.5"), "series-max-part"), (D(1), "earned")]
    assert found(terms, AttendedSession(1, 60, waits=True, certified=D(1)), AttendedSession(2, 60)) == [
        (D(1), "earned"),
        (D("0.5"), "series-max-part"),
    ]


def test_session_that_waits_does_not_replace_an_answered_one_with_the_same_content() -> None:
    first = AttendedSession(1, 60, waits=True)
    assert found(LTC, first, AttendedSession(2, 45), one_counts=True) == [
        (D(0), "same-content"),
        (D("0.75"), "earned"),
    ]
    assert found(LTC, first, AttendedSession(2, 10), one_counts=True) == [(D(1), "earned"), (D(0), "too-short")]
