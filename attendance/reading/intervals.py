"""Sums of stays: united, clipped to the session's window, in whole seconds (DOMAIN.md A-3, A-4)."""

from collections.abc import Iterable

Span = tuple[int, int]

BRIDGED_GAP = 60  # seconds: an attendee who becomes a panelist leaves a gap of a second


def union(spans: Iterable[Span], *, bridge: int = BRIDGED_GAP) -> list[Span]:
    """Return the spans without overlaps, in order; gaps of at most `bridge` seconds are closed."""
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
    """Return the united spans inside the window. Gaps are bridged before clipping."""
    return [(first, last) for first, last in clip(union(spans), start, end) if last > first]


def seconds(spans: Iterable[Span]) -> int:
    """Return the length of spans that do not overlap."""
    return sum(end - start for start, end in spans)
