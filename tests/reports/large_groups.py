"""Find sessions without small groups for which the same rounded counts would be displayed as for given sessions."""


def large_groups(
    shown: tuple[tuple[int, ...], ...], attended: tuple[int, ...], *, overlap: bool = False
) -> tuple[tuple[int, ...], ...]:
    """Return the counts of each session by group, which are zero or at least five. `shown` are the rounded counts.

    A count is displayed for groups whose size plus the rest of the sessions before, from 0 to 4, is at least the count
    and at most four more. As many people as possible are assigned to groups, so that the rests are as large as
    possible.
    """
    rests = [3] * max(map(len, shown), default=0)
    found = []
    for row, size in zip(shown, attended, strict=True):
        counts = [max(5, count - rest) if count else 0 for count, rest in zip(row, rests, strict=True)]
        for group, count in enumerate(row):
            if count:
                free = size - (counts[group] if overlap else sum(counts))
                counts[group] += min(free, count - rests[group] + 4 - counts[group])
                rests[group] += counts[group] - count
        found.append(tuple(counts))
    return tuple(found)
