"""Nobody can compute from rounded counts that one to four people of one or several sessions are in a group."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echo_portal.reports.rounding import SessionCounts, rounded
from tests.reports.large_groups import large_groups

Counts = tuple[tuple[int, ...], ...]  # by session and group
Publish = Callable[[Counts, tuple[int, ...]], object]
GROUPS = ("NP", "RN", "SW")


def released(counts: Counts, attended: tuple[int, ...], *, overlap: bool = False) -> Counts:
    """Return the counts that may be displayed for each session."""
    rows = [
        SessionCounts(number, attended[number], dict(zip(GROUPS, row, strict=False)))
        for number, row in enumerate(counts)
    ]
    found = rounded(rows, overlap=overlap)
    return tuple(
        tuple(found.get(number, {}).get(code, 0) for code in GROUPS[: len(row)]) for number, row in enumerate(counts)
    )


def nearest_of_each_selection(counts: Counts, attended: tuple[int, ...]) -> object:
    """Return the sum of each selection of sessions, rounded separately, as ADR 25 did."""
    return [
        tuple((sum(row[group] for row in chosen) + 2) // 5 * 5 for group in range(len(counts[0])))
        for many in range(1, len(counts) + 1)
        for chosen in itertools.combinations(counts, many)
    ]


def possible(attended: tuple[int, ...]) -> Iterator[Counts]:
    """Yield all possible counts of two groups in sessions of these sizes. All other people are in neither group."""
    of_session = [
        [row for row in itertools.product(range(size + 1), repeat=2) if sum(row) <= size] for size in attended
    ]
    return itertools.product(*of_session)


def small_cells(publish: Publish, attended: tuple[int, ...]) -> list[tuple[Counts, object]]:
    """Attack: for each published result, compare all counts that lead to it.

    Return the results from which it follows that a sum over some sessions and groups is one to four.
    """
    worlds: dict[object, list[Counts]] = {}
    for counts in possible(attended):
        worlds.setdefault(repr(publish(counts, attended)), []).append(counts)
    cells = list(itertools.product(_subsets(len(attended)), _subsets(2)))
    return [
        (equal[0], cell)
        for equal in worlds.values()
        for cell in cells
        if all(1 <= sum(counts[one][group] for one in cell[0] for group in cell[1]) <= 4 for counts in equal)
    ]


def _subsets(size: int) -> list[tuple[int, ...]]:
    return [chosen for many in range(1, size + 1) for chosen in itertools.combinations(range(size), many)]


@pytest.mark.parametrize("attended", [(3, 6), (5, 5), (7, 4), (6, 8), (9, 2), (4, 5, 3), (5, 6, 4)])
def test_no_small_group_follows_from_all_that_is_displayed(attended: tuple[int, ...]) -> None:
    assert small_cells(released, attended) == []


@pytest.mark.parametrize("attended", [(3, 3), (5, 5), (7, 2)])
def test_attack_finds_what_rounding_of_each_selection_displays(attended: tuple[int, ...]) -> None:
    """Control: if three attendances are displayed as five, but only three people came, the number is known."""
    assert small_cells(nearest_of_each_selection, attended)


SESSIONS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), max_size=12)


@given(SESSIONS, st.integers(0, 3), st.booleans())
def test_sessions_with_large_groups_only_look_the_same(rows: list[tuple[int, ...]], more: int, overlap: bool) -> None:
    """The other sessions have the same sizes, and each of their groups has no people or at least five."""
    counts = tuple(rows)
    attended = tuple(more + (max(row) if overlap else sum(row)) for row in rows)
    shown = released(counts, attended, overlap=overlap)
    large = large_groups(shown, attended, overlap=overlap)
    for row, size in zip(large, attended, strict=True):
        assert all(count == 0 or 5 <= count <= size for count in row)
        assert overlap or sum(row) <= size
    assert released(large, attended, overlap=overlap) == shown


@given(st.lists(st.integers(5, 40), max_size=30))
def test_sums_stay_near_the_counts_however_many_sessions(counts: list[int]) -> None:
    rows = [SessionCounts(number, count, {"RN": count}) for number, count in enumerate(counts)]
    found = rounded(rows)
    for end in range(len(rows) + 1):
        shown = sum(found.get(number, {}).get("RN", 0) for number in range(end))
        assert -3 <= sum(counts[:end]) - shown <= 1


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 8)), min_size=20, max_size=40))
def test_few_people_wait_although_all_groups_are_small(rows: list[tuple[int, ...]]) -> None:
    attended = tuple(max(sum(row), 6) for row in rows)
    shown = released(tuple(rows), attended)
    assert abs(sum(map(sum, rows)) - sum(map(sum, shown))) <= 30
