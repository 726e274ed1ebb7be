"""Two hundred changed samples result in the right minutes or are refused with the reason, but never count nobody."""

import codecs
import csv
import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.reading.moments import parse_moment
from tests.attendance.reports import EXPECTED, SAMPLES, answer, minutes, window_of

COUNT = 200
Rows = list[list[str]]


def cells_of(sample: str) -> Rows:
    data = (SAMPLES / sample).read_bytes()
    text = data.decode("utf-16" if data.startswith(codecs.BOM_UTF16_LE) else "utf-8-sig").replace("\0", "")
    separator = "\t" if "\t" in text else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def written(rows: Rows, *, separator: str = ",", end: str = "\r\n", quoting: Any = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return out.getvalue()


def is_person(row: list[str]) -> bool:
    return sum(parse_moment(cell) is not None for cell in row) > 1 and any(
        "@" in cell and "(" not in cell for cell in row
    )


def headers(rows: Rows) -> list[int]:
    return [at for at, row in enumerate(rows) if any(cell.casefold() in ("join time", "first join") for cell in row)]


# ------------------------------------------------------- the same report in another format: the same minutes


def other_encoding(rows: Rows, dice: random.Random) -> bytes:
    encoding = dice.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    return written(rows, separator=dice.choice(",;\t")).encode(encoding)


def other_lines(rows: Rows, dice: random.Random) -> bytes:
    return written(rows, end=dice.choice(["\n", "\r", "\r\n"]), quoting=dice.choice([csv.QUOTE_ALL, 0])).encode()


def other_case(rows: Rows, dice: random.Random) -> bytes:
    changes: list[Callable[[str], str]] = [str.upper, str.lower, str.title, "  {} ".format]
    change = dice.choice(changes)
    for at in headers(rows):
        rows[at] = [change(cell) for cell in rows[at]]
    return written(rows).encode()


def other_order(rows: Rows, dice: random.Random) -> bytes:
    for at in headers(rows):
        end = next((later for later in range(at + 1, len(rows)) if not is_person(rows[later])), len(rows))
        part = rows[at + 1 : end]
        dice.shuffle(part)
        rows[at + 1 : end] = part
    return written(rows).encode()


def doubled(rows: Rows, dice: random.Random) -> bytes:
    people = [at for at, row in enumerate(rows) if is_person(row)]
    at = dice.choice(people)
    return written([*rows[:at], rows[at], *rows[at:]]).encode()


def blank_rows(rows: Rows, dice: random.Random) -> bytes:
    at = dice.choice([at for at, row in enumerate(rows) if is_person(row)])
    return written([*rows[:at], dice.choice([[], ["", "", ""]]), *rows[at:]]).encode()


def other_dates(rows: Rows, dice: random.Random) -> bytes:
    shape = dice.choice(["%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%b %d, %Y %H:%M:%S",
                         "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%b %d, %Y %I:%M:%S %p"])  # fmt: skip

    def rewritten(cell: str) -> str:
        moment = parse_moment(cell)
        return moment.wall.strftime(shape) if moment and moment.wall and cell.count(":") == 2 else cell

    return written([[rewritten(cell) for cell in row] for row in rows]).encode()


def padded(rows: Rows, dice: random.Random) -> bytes:
    return written([[*row, *[""] * 4] if row else row for row in rows]).encode()


def nul_bytes(rows: Rows, dice: random.Random) -> bytes:
    text = written(rows)
    at = dice.randrange(len(text))
    return (text[:at] + "\0" + text[at:]).encode()


SAME = [other_encoding, other_lines, other_case, other_order, doubled, blank_rows, other_dates, padded, nul_bytes]

# ------------------------------------------------------- a damaged report: no added minutes, a reason for each absence


def cut_off(rows: Rows, dice: random.Random) -> bytes:
    text = written(rows)
    people = [at for at, row in enumerate(rows) if is_person(row)]
    start = len(written(rows[: people[-1]]))
    return text[: dice.randrange(start + 10, len(text) - 3)].encode()


def header_typed_wrong(rows: Rows, dice: random.Random) -> bytes:
    row = rows[dice.choice(headers(rows))]
    at = dice.choice([at for at, cell in enumerate(row) if len(cell) > 3])
    cut = dice.randrange(len(row[at]))
    row[at] = row[at][:cut] + row[at][cut + 1 :]
    return written(rows).encode()


def header_gone(rows: Rows, dice: random.Random) -> bytes:
    del rows[dice.choice(headers(rows))]
    return written(rows).encode()


def headers_swapped(rows: Rows, dice: random.Random) -> bytes:
    row = rows[dice.choice(headers(rows))]
    one, two = dice.sample([at for at, cell in enumerate(row) if cell], 2)
    row[one], row[two] = row[two], row[one]
    return written(rows).encode()


def time_typed_wrong(rows: Rows, dice: random.Random) -> bytes:
    row = dice.choice([row for row in rows if is_person(row)])
    at = dice.choice([at for at, cell in enumerate(row) if parse_moment(cell)])
    cut = dice.randrange(len(row[at]))
    row[at] = row[at][:cut] + row[at][cut + 1 :]
    return written(rows).encode()


def time_gone(rows: Rows, dice: random.Random) -> bytes:
    row = dice.choice([row for row in rows if is_person(row)])
    row[dice.choice([at for at, cell in enumerate(row) if parse_moment(cell)])] = dice.choice(["", "--", "?"])
    return written(rows).encode()


def cell_gone(rows: Rows, dice: random.Random) -> bytes:
    row = dice.choice([row for row in rows if is_person(row)])
    del row[dice.randrange(3)]
    return written(rows).encode()


def quote_open(rows: Rows, dice: random.Random) -> bytes:
    text = written(rows)
    starts = [at + 1 for at in range(len(text)) if text[at] in ",\n" and at < len(text) - 2]
    at = dice.choice(starts)
    return (text[:at] + '"' + text[at:]).encode()


def other_day(rows: Rows, dice: random.Random) -> bytes:
    return written([[cell.replace("2026", "2024").replace("/26,", "/24,") for cell in row] for row in rows]).encode()


DAMAGED = [cut_off, header_typed_wrong, header_gone, headers_swapped, time_typed_wrong, time_gone, cell_gone,
           quote_open, other_day]  # fmt: skip
MUTATIONS: list[Callable[[Rows, random.Random], bytes]] = [*SAME, *DAMAGED]


@pytest.mark.parametrize("number", range(COUNT))
def test_changed_report_has_the_right_minutes_or_is_refused(number: int) -> None:
    dice = random.Random(number)
    sample = list(EXPECTED)[number % len(EXPECTED)]
    mutate = MUTATIONS[number // len(EXPECTED) % len(MUTATIONS)]
    found = answer(mutate(cells_of(sample), dice), window_of(sample))
    if "refused" in found:
        assert found["sentence"]
        assert mutate in DAMAGED, found
        return
    expected: dict[str, int] = EXPECTED[sample]["by_email"]
    counted = minutes(found)
    if mutate in SAME:
        assert counted == expected, mutate.__name__
        return
    assert found["people"] or any(row["outcome"] == "unmatched" for row in found["rows"])
    rows = cells_of(sample)
    written_rows = {person: "|".join(_cells(row, person) for row in rows) for person in expected}
    for person, right in expected.items():
        if counted.get(person) != right:
            named = [row for row in found["rows"] if _is_of(row, person, written_rows[person])]
            assert named, (mutate.__name__, person, found)
            assert counted.get(person, 0) <= right, (mutate.__name__, person)


def _cells(row: list[str], person: str) -> str:
    return "|".join(row) if any(person == cell.casefold() for cell in row) else ""


def _is_of(row: dict[str, Any], person: str, cells: str) -> bool:
    """Return whether a row that was left out contains the address or the name of this person."""
    return person in (row["email"], row["name"].casefold()) or (row["name"] != "" and row["name"] in cells)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_changed_bytes_are_parsed_or_refused(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(list(EXPECTED)))
    original = (SAMPLES / sample).read_bytes()
    start = data.draw(st.integers(0, len(original)))
    end = data.draw(st.integers(start, min(len(original), start + 40)))
    changed = original[:start] + data.draw(st.binary(max_size=20)) + original[end:]
    found = answer(changed, window_of(sample))
    if "refused" in found:
        assert found["sentence"]
    else:
        assert all(0 <= person["seconds"] <= 3600 for person in found["people"])
        assert found["people"] or any(row["outcome"] == "unmatched" for row in found["rows"])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000))
def test_random_bytes_are_refused(data: bytes) -> None:
    assert answer(data, window_of("ed01_nul_byte_and_blank_rows.csv"))["sentence"]
