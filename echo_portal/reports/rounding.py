"""Rounding of counts of people by an attribute (ADR 25)."""

STEP = 5


def to_five(count: int) -> int:
    """Return the count rounded to the nearest multiple of five.

    A displayed count stands for one of five numbers, also after subtracting the counts of other periods, hubs or
    series. So nobody can compute that one to four people have an attribute.
    """
    return (count + STEP // 2) // STEP * STEP
