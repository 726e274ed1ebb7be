"""Find hours that are written as numbers alone, in a line with a label for them, such as "Time: 12-1"."""

import dataclasses
import re

from sessions.schedule_text.times import TimeMention, find_times

_NUMBERS = re.compile(r"[\s\0]*(?P<first>\d{1,2})\s*(?:-|to|until|a|jusqu'a)\s*(?P<last>\d{1,2})[\s\0]*")


def bare_hours(text: str, label: str) -> list[TimeMention]:
    """Return the time if the label of a line is "time" and the line has only two numbers after it; else nothing.

    It is guessed unless one of the numbers is greater than 12.
    """
    match = _NUMBERS.fullmatch(text)
    if match is None or label != "time":
        return []
    is_guessed = int(match["first"]) <= 12 and int(match["last"]) <= 12
    written = f"{match['first']}:00-{match['last']}:00"
    return [
        dataclasses.replace(time, start=match.start("first"), end=match.end("last"), half_guessed=is_guessed)
        for time in find_times(written, written, is_french=False)
        if time.end_time
    ]
