"""Sums of stays do not depend on their order, and are never longer than the session (DOMAIN.md A-3 to A-5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.reading.intervals import in_window, seconds, union

spans = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 8_000)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=12,
)


@given(spans, spans)
def test_union_does_not_depend_on_the_order_of_stays(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    together = union(first + second)
    assert union(second + first) == together
    assert union(union(first) + union(second)) == together
    assert union(together) == together


@given(spans, st.integers(0, 20_000), st.integers(1, 10_000))
def test_seconds_stay_within_the_window(stays: list[tuple[int, int]], start: int, length: int) -> None:
    inside = in_window(stays, start, start + length)
    assert 0 <= seconds(inside) <= length
    assert all(start <= first < last <= start + length for first, last in inside)


@given(spans, st.integers(0, 20_000), st.integers(1, 10_000), st.tuples(st.integers(0, 20_000), st.integers(0, 8_000)))
def test_another_stay_never_reduces_the_seconds(
    stays: list[tuple[int, int]], start: int, length: int, more: tuple[int, int]
) -> None:
    added = [*stays, (more[0], more[0] + more[1])]
    assert seconds(in_window(added, start, start + length)) >= seconds(in_window(stays, start, start + length))


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([(0, 100), (160, 200)], [(0, 200)]),  # a gap of 60 s is closed
        ([(0, 100), (161, 200)], [(0, 100), (161, 200)]),
        ([(0, 100), (50, 80)], [(0, 100)]),
        ([(90, 100), (0, 95)], [(0, 100)]),
    ],
)
def test_union_removes_overlaps_and_closes_short_gaps(
    stays: list[tuple[int, int]], expected: list[tuple[int, int]]
) -> None:
    assert union(stays) == expected


def test_gap_at_the_start_of_the_session_is_closed() -> None:
    assert in_window([(0, 970), (1020, 2000)], 1000, 1500) == [(1000, 1500)]
