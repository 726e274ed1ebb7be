"""Compute with intervals of time: remove overlaps, limit them to the session, add up seconds (DOMAIN.md A-3, A-4)."""

from collections.abc import Iterable

Span = tuple[int, int]

BRIDGED_GAP = 60  # seconds; when an attendee becomes a panelist, the report has a gap of one second


def union(spans: Iterable[Span], *, bridge: int = BRIDGED_GAP) -> list[Span]:
    """Return the spans sorted and without overlaps. Gaps of at most `bridge` seconds are closed."""
    united: list[Span] = []
    for start, end in sorted(spans):
        if united and start - united[-1][1] <= bridge:
            united[-1] = (united[-1][0], max(united[-1][1], end))
        else:
            united.append((start, end))
    return united


def clip(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return the parts of the spans between `start` and `end`."""
    return [(max(first, start), min(last, end)) for first, last in spans if first < end and last > start]


def in_window(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """Return the parts of the spans inside the window, without overlaps. Short gaps are closed first."""
    return [(first, last) for first, last in clip(union(spans), start, end) if last > first]


def seconds(spans: Iterable[Span]) -> int:
    """Return the total length of the spans in seconds. The spans must not overlap."""
    return sum(end - start for start, end in spans)
