"""A pasted schedule becomes draft rows: the right values, or a finding that says what was open."""

import dataclasses
import datetime as dt
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from echo_portal.lib.dates import date_long, date_plain, time_range
from sessions.schedule_text import read_schedule
from sessions.schedule_text.draft_rows import LineKind, Reading
from sessions.schedule_text.plain_text import TooLongError, plain
from sessions.schedule_text.reading import TooManyRowsError
from sessions.schedule_text.sentences import SENTENCES, level_of, sentence

SCHEDULES = Path(__file__).parent / "schedules"
AS_OF = dt.date(2026, 11, 27)


@dataclasses.dataclass(frozen=True)
class Expected:
    """NAME.rows: the day and language of reading, the rows, the findings of the whole, and lines not understood."""

    as_of: dt.date
    language: str
    rows: list[str]
    whole: list[str]
    not_understood: list[int]


def expected_of(name: str) -> Expected:
    first, *lines = (SCHEDULES / f"{name}.rows").read_text().splitlines()
    _word, day, language = first.split()
    stated: dict[str, list[str]] = {"whole": [], "not understood": []} | {
        key: rest.split() for line in lines for key, _colon, rest in [line.partition(":")] if "|" not in line
    }
    rows = [_sorted_codes(line) for line in lines if "|" in line]
    left = [int(number) for number in stated["not understood"]]
    return Expected(dt.date.fromisoformat(day), language, rows, sorted(stated["whole"]), left)


def _sorted_codes(line: str) -> str:
    *values, codes = (part.strip() for part in line.split("|"))
    return " | ".join([*values, " ".join(sorted(codes.split()))])


def written(reading: Reading) -> list[str]:
    """Return the rows as the .rows files write them."""
    rows = []
    for row in reading.rows:
        title = " / ".join(filter(None, (row.title_en, row.title_fr and f"fr:{row.title_fr}")))
        end = f"{row.end_time:%H:%M}" if row.end_time else ""
        hours = f"{row.start_time:%H:%M}-{end}" if row.start_time else "-"
        number = "-" if row.number is None else str(row.number)
        codes = " ".join(sorted(row.codes))
        rows.append(" | ".join([number, title, str(row.on_date or "-"), hours, row.zone, codes]))
    return rows


def read(name: str) -> Reading:
    expected = expected_of(name)
    text = (SCHEDULES / f"{name}.txt").read_text()
    return read_schedule(text, as_of=expected.as_of, language=expected.language)


NAMES = sorted(path.stem for path in SCHEDULES.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_schedule_gives_its_rows(name: str) -> None:
    expected, reading = expected_of(name), read(name)
    assert written(reading) == expected.rows
    translations = ("french-missing", "english-missing")
    assert sorted(finding.code for finding in reading.findings if finding.code not in translations) == expected.whole
    left = [line.number for line in reading.lines_of(LineKind.NOT_UNDERSTOOD)]
    assert set(expected.not_understood) <= set(left)


# Words of four characters or more that only lead to a fact: they are not kept, because the fact is.
LEADING = """
from date dates time topic facilitator session seance webinar webinaire conferencier conferenciere this held heure week
noon midi announced january february march april june july august september october november december janvier fevrier
janv fevr mars avril monday tuesday wednesday thursday thurs friday saturday sunday mardi jeudi vendredi sept atlantic
minutes cancelled weekly register here speaker title titre three presented
animatrice animateur mercredi sujet newfoundland
"""


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_a_row_is_lost(name: str) -> None:
    reading = read(name)
    texts = {line.number: line.text for line in reading.lines}
    for row in reading.rows:
        kept = plain(" ".join([row.title_en, row.title_fr, *row.presenters, *row.links, *row.beside]))
        said = plain(" ".join(texts[number] for number in row.lines))
        lost = {word for word in re.findall(r"[a-z]{4,}", said) if word not in kept} - set(LEADING.split())
        assert lost == set(), row


def test_every_line_is_a_row_a_heading_or_not_understood() -> None:
    for name in NAMES:
        reading = read(name)
        text = (SCHEDULES / f"{name}.txt").read_text()
        full = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        assert [line.number for line in reading.lines] == full
        in_rows = {number for row in reading.rows for number in row.lines}
        assert in_rows == {line.number for line in reading.lines_of(LineKind.ROW)}


# --- any text


WRITTEN = (
    "Session 1|Séance 2|1.|• |January 14, 2027|14 janvier|le 1er avril 2027|March 16, 202|Feb 30|12/03/2027|2027-01-14|"
    "Thursday|jeu.|12:00-1:00 pm ET|12 h à 13 h (HE)|noon|midi à 13 h|9 am PT / 12 pm ET|or|ou|and|–|-|,|:|/|\t|"
    " \u00a0|\n|\n\n|| |Date:|Titre :|Presenter: Dr. A|January 2027|Register here|https://example.org|13-part"
    "|up to 12 credits|weekly from|to be announced|cancelled|No session|Pain|Le deuil|(|)|3 a.m.|25:61|0000000|²|Ⅻ|İ|ß"
)
PIECES = st.sampled_from(WRITTEN.split("|"))


@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES).map("".join)))
@example("\u2028\x00\ufeff\r\r\n\x0b")
def test_any_text_gives_an_answer_that_accounts_for_its_lines(text: str) -> None:
    for language in ("en", "fr"):
        reading = read_schedule(text, as_of=AS_OF, language=language)
        numbers = [line.number for line in reading.lines]
        assert numbers == sorted(set(numbers))
        in_rows = {number for row in reading.rows for number in row.lines}
        assert in_rows == {line.number for line in reading.lines_of(LineKind.ROW)}
        for finding in [*reading.findings, *(finding for row in reading.rows for finding in row.findings)]:
            assert sentence(finding, "en")
            assert sentence(finding, "fr")
            assert level_of(finding)
        for row in reading.rows:
            assert row.on_date is not None or {code for code in row.codes if code.startswith("date")}
            assert row.start_time is not None or {"hour-missing", "times-several"} & set(row.codes)


def test_text_that_is_too_long_is_refused() -> None:
    for text in ("a" * 200_001, "a\n" * 4_001, "a" * 4_001):
        with pytest.raises(TooLongError):
            read_schedule(text, as_of=AS_OF)
    with pytest.raises(TooManyRowsError):
        read_schedule("January 14, 2027: Pain\n" * 301, as_of=AS_OF)


REPEATED = ("1", "January ", "January 14, ", "12:00-", "(", "Session 1 ", "9 am PT / ", "12,", "a@", "- ", "a b ")


@pytest.mark.parametrize("repeated", REPEATED)
def test_long_lines_are_read_in_a_moment(repeated: str) -> None:
    line = repeated * (3_900 // len(repeated))
    started = time.process_time()
    read_schedule("\n".join([line] * 20), as_of=AS_OF)
    assert time.process_time() - started < 5


# --- rows written out and read again

TITLES = {
    "en": ["Managing Pain", "Grief in Children", "What Is the Palliative Approach?", "End-of-Life Talks: Part 2"],
    "fr": ["Soulager la douleur", "Le deuil chez l’enfant", "L’approche palliative", "Parler de la fin de vie : suite"],
}
STARTS = [dt.time(8, 30), dt.time(9), dt.time(11, 30), dt.time(12), dt.time(13), dt.time(16, 15)]


def layouts(number: int, title: str, day: dt.date, start: dt.time, end: dt.time, language: str) -> list[str]:
    """Return one session as several kinds of pages write it."""
    hours = time_range(start, end, language)
    zoned = f"{hours} (HE)" if language == "fr" else f"{hours} ET"
    word = "Séance" if language == "fr" else "Session"
    clock = f"{start:%Hh%M} à {end:%Hh%M} (HE)" if language == "fr" else f"{start:%H:%M}–{end:%H:%M} ET"
    return [
        f"{word} {number} : {title}\n{date_long(day, language)}, {zoned}\n\n",
        f"• {date_plain(day, language)}, {clock} – {title}\n",
        f"{number}\t{day.isoformat()}\t{zoned}\t{title}\n",
        f"{title}\n{date_long(day, language)}\n{zoned}\n\n",
        f"{date_plain(day, language)} | {zoned} | {title}\n",
        f"{number}. {title} ({date_plain(day, language)}, {zoned})\n",
    ]


@st.composite
def series(draw: st.DrawFn) -> tuple[str, int, list[tuple[str, dt.date, dt.time, dt.time]]]:
    language = draw(st.sampled_from(["en", "fr"]))
    layout = draw(st.integers(0, 5))
    start = draw(st.sampled_from(STARTS))
    minutes = draw(st.sampled_from([30, 60, 90]))
    end = (dt.datetime.combine(AS_OF, start) + dt.timedelta(minutes=minutes)).time()
    first = draw(st.dates(dt.date(2026, 12, 1), dt.date(2027, 6, 1)))
    count = draw(st.integers(2, 6))
    titles = [f"{draw(st.sampled_from(TITLES[language]))}" for _number in range(count)]
    days = [first + dt.timedelta(weeks=2 * at) for at in range(count)]
    return language, layout, [(title, day, start, end) for title, day in zip(titles, days, strict=True)]


# Drawn titles repeat, drawn days may be on a weekend, and "11:30–12:00" says neither am nor pm.
IN_ANY_SERIES = {"title-twice", "weekend", "half-day-missing"}


@given(series())
def test_rows_written_out_are_read_again(
    given_series: tuple[str, int, list[tuple[str, dt.date, dt.time, dt.time]]],
) -> None:
    language, layout, rows = given_series
    text = "".join(layouts(at, *row, language)[layout] for at, row in enumerate(rows, 1))
    reading = read_schedule(text, as_of=AS_OF, language=language)
    title = "title_fr" if language == "fr" else "title_en"
    assert [(getattr(row, title), row.on_date, row.start_time, row.end_time) for row in reading.rows] == rows
    assert {row.zone for row in reading.rows} == {"America/Toronto"}
    assert {code for row in reading.rows for code in row.codes} - IN_ANY_SERIES == set()
    if layout in (0, 2, 5):
        assert [row.number for row in reading.rows] == list(range(1, len(rows) + 1))


@given(series())
def test_year_left_out_is_found_or_said(
    given_series: tuple[str, int, list[tuple[str, dt.date, dt.time, dt.time]]],
) -> None:
    language, layout, rows = given_series
    layout = {2: 1, 3: 0}.get(layout, layout)
    text = "".join(layouts(at, *row, language)[layout] for at, row in enumerate(rows, 1))
    reading = read_schedule(re.sub(r",? 202\d", "", text), as_of=AS_OF, language=language)
    assert [row.on_date for row in reading.rows] == [day for _title, day, _start, _end in rows]
    assert all("year-missing" in row.codes for row in reading.rows)


def test_findings_have_a_sentence_of_their_own_in_french() -> None:
    said: dict[str, tuple[str, str]] = {}
    for reading in map(read, NAMES):
        for finding in [*reading.findings, *(finding for row in reading.rows for finding in row.findings)]:
            said[finding.code] = sentence(finding, "en"), sentence(finding, "fr")
    assert [code for code, (english, french) in said.items() if english == french] == []
    assert len(said) > len(SENTENCES) / 2
