"""The parser returns the right draft rows of a pasted schedule, or adds a finding where the text is ambiguous."""

import dataclasses
import datetime as dt
import functools
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from echo_portal.lib.dates import date_long, date_plain, time_range
from sessions.schedule_text import read_schedule
from sessions.schedule_text.draft_rows import LineKind, ParsedSchedule
from sessions.schedule_text.plain_text import TooLongError, plain
from sessions.schedule_text.reading import TooManyRowsError
from sessions.schedule_text.sentences import SENTENCES, level_of, sentence

SCHEDULES = Path(__file__).parent / "schedules"
AS_OF = dt.date(2026, 11, 27)


@dataclasses.dataclass(frozen=True)
class Expected:
    """The contents of a file NAME.rows: the expected result for the schedule NAME.txt.

    `as_of` and `language` are the arguments of `read_schedule`. `whole` are the codes of the findings about the whole
    schedule. `not_understood` are numbers of lines.
    """

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


def written(schedule: ParsedSchedule) -> list[str]:
    """Return the rows in the format of the .rows files."""
    rows = []
    for row in schedule.rows:
        title = " / ".join(filter(None, (row.title_en, row.title_fr and f"fr:{row.title_fr}")))
        end = f"{row.end_time:%H:%M}" if row.end_time else ""
        hours = f"{row.start_time:%H:%M}-{end}" if row.start_time else "-"
        number = "-" if row.number is None else str(row.number)
        codes = " ".join(sorted(row.codes))
        rows.append(" | ".join([number, title, str(row.on_date or "-"), hours, row.zone, codes]))
    return rows


@functools.cache
def read(name: str) -> ParsedSchedule:
    expected = expected_of(name)
    text = (SCHEDULES / f"{name}.txt").read_text()
    return read_schedule(text, as_of=expected.as_of, language=expected.language)


NAMES = sorted(path.stem for path in SCHEDULES.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_schedule_is_parsed_into_the_expected_rows(name: str) -> None:
    expected, schedule = expected_of(name), read(name)
    assert written(schedule) == expected.rows
    translations = ("french-missing", "english-missing")
    assert sorted(finding.code for finding in schedule.findings if finding.code not in translations) == expected.whole
    left = [line.number for line in schedule.lines_of(LineKind.NOT_UNDERSTOOD)]
    assert set(expected.not_understood) <= set(left)


# Words of four or more letters that introduce or state a fact. Rows contain the fact instead of these words.
LEADING = """
from date dates time topic facilitator session seance webinar webinaire conferencier conferenciere this held heure week
noon midi announced january february march april june july august september october november december janvier fevrier
janv fevr mars avril monday tuesday wednesday thursday thurs friday saturday sunday mardi jeudi vendredi sept atlantic
minutes cancelled weekly register here speaker title titre three presented
animatrice animateur mercredi sujet newfoundland pacifique eastern novembre decembre septembre saskatchewan
canada when subject every month octobre duree
lundi thursdays facilitators registration moved confirmer determiner rescheduled inscription postponed reportee annule
start speakers presenter presenters semaine iqaluit module circle avec tues reporte chaque jour
"""


@pytest.mark.parametrize("name", NAMES)
def test_row_keeps_every_word_of_its_lines(name: str) -> None:
    schedule = read(name)
    texts = {line.number: line.text for line in schedule.lines}
    for row in schedule.rows:
        kept = plain(" ".join([row.title_en, row.title_fr, *row.presenters, *row.links, *row.beside]))
        said = plain(" ".join(texts[number] for number in row.lines))
        lost = {word for word in re.findall(r"[a-z]{4,}", said) if word not in kept} - set(LEADING.split())
        assert lost == set(), row


def test_every_line_is_a_row_a_heading_or_not_understood() -> None:
    for name in NAMES:
        schedule = read(name)
        text = (SCHEDULES / f"{name}.txt").read_text()
        full = [number for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        assert [line.number for line in schedule.lines] == full
        in_rows = {number for row in schedule.rows for number in row.lines}
        assert in_rows == {line.number for line in schedule.lines_of(LineKind.ROW)}


# --- any text


WRITTEN = (
    "Session 1|Séance 2|1.|• |January 14, 2027|14 janvier|le 1er avril 2027|March 16, 202|Feb 30|12/03/2027|2027-01-14|"
    "Thursday|jeu.|12:00-1:00 pm ET|12 h à 13 h (HE)|noon|midi à 13 h|9 am PT / 12 pm ET|or|ou|and|–|-|,|:|/|\t|"
    " \u00a0|\n|\n\n|| |Date:|Titre :|Presenter: Dr. A|January 2027|Register here|https://example.org|13-part"
    "|up to 12 credits|weekly from|to be announced|cancelled|No session|Pain|Le deuil|(|)|3 a.m.|25:61"
    "|25h00 à 26h00|13:00 pm|May 32, 2026|13/45/2026|2026-13-01|1 November 31, 2026|PT|XYZ|Time zone|NEW TIME"
    "|0000000|²|Ⅻ|İ|ß"
)
PIECES = st.sampled_from(WRITTEN.split("|"))


@given(st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=25).map(" ".join), st.lists(PIECES).map("".join)))
@example("\u2028\x00\ufeff\r\r\n\x0b")
def test_any_text_is_parsed_and_each_line_has_one_kind(text: str) -> None:
    for language in ("en", "fr"):
        schedule = read_schedule(text, as_of=AS_OF, language=language)
        numbers = [line.number for line in schedule.lines]
        assert numbers == sorted(set(numbers))
        in_rows = {number for row in schedule.rows for number in row.lines}
        assert in_rows == {line.number for line in schedule.lines_of(LineKind.ROW)}
        for finding in [*schedule.findings, *(finding for row in schedule.rows for finding in row.findings)]:
            assert sentence(finding, "en")
            assert sentence(finding, "fr")
            assert level_of(finding)
        for row in schedule.rows:
            assert row.on_date is not None or {code for code in row.codes if code.startswith("date")}
            assert row.start_time is not None or {"hour-missing", "times-several", "hour-impossible"} & set(row.codes)


def test_quoted_cell_of_several_lines_is_one_cell() -> None:
    text = 'Date,Title\n2027-03-05,"Grief\nin children"\n2027-03-12,"No end\n'
    schedule = read_schedule(text, as_of=AS_OF)
    assert [(row.title_en, row.lines) for row in schedule.rows] == [("Grief in children", [2]), ("No end", [4])]


def test_text_that_is_too_long_is_refused() -> None:
    for text in ("a" * 200_001, "a\n" * 4_001, "a" * 4_001):
        with pytest.raises(TooLongError):
            read_schedule(text, as_of=AS_OF)
    with pytest.raises(TooManyRowsError):
        read_schedule("January 14, 2027: Pain\n" * 301, as_of=AS_OF)


REPEATED = ("1", "January ", "January 14, ", "12:00-", "(", "Session 1 ", "9 am PT / ", "12,", "a@", "- ", "a b ")


@pytest.mark.parametrize("repeated", REPEATED)
def test_long_lines_are_parsed_in_under_five_seconds(repeated: str) -> None:
    line = repeated * (3_900 // len(repeated))
    started = time.process_time()
    read_schedule("\n".join([line] * 20), as_of=AS_OF)
    assert time.process_time() - started < 5


# --- the series


@pytest.mark.parametrize(
    ("said", "code", "key"),
    [
        ("Register with the enrolment key LTC2122.", "key-named", "LTC2122"),
        ("Enrollment key: LTC-2122", "key-named", "LTC-2122"),
        ("Inscription avec la clé d’inscription « SLD2122 ».", "key-named", "SLD2122"),
        ("Ask your hub for the enrollment key.", "key-said", None),
    ],
)
def test_text_about_an_enrollment_key_has_a_finding_about_the_series(said: str, code: str, key: str | None) -> None:
    schedule = read_schedule(f"{said}\n\nSession 1: Grief\nJanuary 14, 2027, 12:00-1:00 pm ET\n", as_of=AS_OF)
    assert schedule.needs_key
    assert [finding.values.get("key") for finding in schedule.findings if finding.code == code] == [key]
    assert len(schedule.rows) == 1


def test_text_without_an_enrollment_key_has_no_finding_about_registration() -> None:
    for name in NAMES:
        schedule = read(name)
        assert not schedule.needs_key
        assert not {"key-named", "key-said"} & {finding.code for finding in schedule.findings}


# --- generated schedules

TITLES = {
    "en": ["Managing Pain", "Grief in Children", "What Is the Palliative Approach?", "End-of-Life Talks: Part 2"],
    "fr": ["Soulager la douleur", "Le deuil chez l’enfant", "L’approche palliative", "Parler de la fin de vie : suite"],
}
STARTS = [dt.time(8, 30), dt.time(9), dt.time(11, 30), dt.time(12), dt.time(13), dt.time(16, 15)]


def layouts(number: int, title: str, day: dt.date, start: dt.time, end: dt.time, language: str) -> list[str]:
    """Return the text of one session in each of six formats of published schedules."""
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


# Findings to expect: generated titles repeat, dates may be on a weekend, and "11:30–12:00" has neither am nor pm.
IN_ANY_SERIES = {"title-twice", "weekend", "half-day-missing"}


@given(series())
def test_generated_schedule_is_parsed_into_its_sessions(
    given_series: tuple[str, int, list[tuple[str, dt.date, dt.time, dt.time]]],
) -> None:
    language, layout, rows = given_series
    text = "".join(layouts(at, *row, language)[layout] for at, row in enumerate(rows, 1))
    schedule = read_schedule(text, as_of=AS_OF, language=language)
    title = "title_fr" if language == "fr" else "title_en"
    assert [(getattr(row, title), row.on_date, row.start_time, row.end_time) for row in schedule.rows] == rows
    assert {row.zone for row in schedule.rows} == {"America/Toronto"}
    assert {code for row in schedule.rows for code in row.codes} - IN_ANY_SERIES == set()
    if layout in (0, 2, 5):
        assert [row.number for row in schedule.rows] == list(range(1, len(rows) + 1))


@given(series())
def test_missing_year_is_inferred_with_a_finding(
    given_series: tuple[str, int, list[tuple[str, dt.date, dt.time, dt.time]]],
) -> None:
    language, layout, rows = given_series
    layout = {2: 1, 3: 0}.get(layout, layout)
    text = "".join(layouts(at, *row, language)[layout] for at, row in enumerate(rows, 1))
    schedule = read_schedule(re.sub(r",? 202\d", "", text), as_of=AS_OF, language=language)
    assert [row.on_date for row in schedule.rows] == [day for _title, day, _start, _end in rows]
    assert all("year-missing" in row.codes for row in schedule.rows)


def test_findings_have_different_sentences_in_english_and_french() -> None:
    said: dict[str, tuple[str, str]] = {}
    for schedule in map(read, NAMES):
        for finding in [*schedule.findings, *(finding for row in schedule.rows for finding in row.findings)]:
            said[finding.code] = sentence(finding, "en"), sentence(finding, "fr")
    assert [code for code, (english, french) in said.items() if english == french] == []
    assert len(said) > len(SENTENCES) / 2


@pytest.mark.parametrize(
    ("line", "start", "end", "zone"),
    [
        ("June 1, 2027, 17:30 – 18.30 MT: Pain", "17:30", "18:30", "America/Edmonton"),
        ("June 1, 2027, 0900–1200 (Iqaluit time): Pain", "09:00", "12:00", "America/Iqaluit"),
        ("June 1, 2027, 12:10–12:50 (PST/PDT): Pain", "12:10", "12:50", "America/Vancouver"),
        ("June 1, 2027, 9 am–10 am, Whitehorse local time: Pain", "09:00", "10:00", "America/Whitehorse"),
        ('June 1, 2027, 9–10 am MT =HYPERLINK("https://example.org/a";"Pain")', "09:00", "10:00", "America/Edmonton"),
    ],
)
def test_hours_zones_and_formulas_are_parsed(line: str, start: str, end: str, zone: str) -> None:
    (row,) = read_schedule(line, as_of=AS_OF).rows
    assert (row.title_en, f"{row.start_time:%H:%M}", f"{row.end_time:%H:%M}", row.zone) == ("Pain", start, end, zone)


def test_period_of_two_years_is_no_hour() -> None:
    (row,) = read_schedule("Session 1: Pain, March 5, 2027 (cycle 2026–2027)", as_of=AS_OF).rows
    assert row.start_time is None


def test_line_that_starts_with_a_rule_is_not_understood() -> None:
    lines = ["May 4, 2027, 12:00–1:00 pm ET: Pain", "Every Tuesday in June, 12:00–1:00 pm ET: Book club"]
    schedule = read_schedule("\n".join(lines), as_of=AS_OF)
    assert [row.lines for row in schedule.rows] == [[1]]
    assert [line.number for line in schedule.lines_of(LineKind.NOT_UNDERSTOOD)] == [2]


def test_table_below_a_month_has_the_days_of_that_month() -> None:
    text = "March 2027\tTopic\tTime\n5\tPain\t12:00–1:00 pm ET\n12\tGrief\t12:00–1:00 pm ET\n"
    rows = read_schedule(text, as_of=AS_OF).rows
    assert [(row.title_en, str(row.on_date)) for row in rows] == [("Pain", "2027-03-05"), ("Grief", "2027-03-12")]
    assert [row.beside for row in rows] == [[], []]


def test_numbered_objectives_below_a_day_are_no_days() -> None:
    objectives = "Objectives:\n1. Describe pain\n2. Treat pain\n"
    text = f"Fridays, 7:30–8:30 am ET\n\nMARCH 2027\n\n5 – Pain\n{objectives}\n19 – Grief\n"
    rows = read_schedule(text, as_of=AS_OF).rows
    assert [(row.title_en, str(row.on_date)) for row in rows] == [("Pain", "2027-03-05"), ("Grief", "2027-03-19")]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("Webinaire « Le deuil des enfants », le 5 mars 2027, de 12 h à 13 h (HE)", "Le deuil des enfants"),
        (
            "We start on March 5, 2027 with “Grief in Children”, led by Dr. Ann Example of Sampleton.",
            "Grief in Children",
        ),
        ("March 5, 2027: “Am I Dying?” and Other Questions", "“Am I Dying?” and Other Questions"),
    ],
)
def test_title_in_quotation_marks_is_taken_from_a_sentence(line: str, title: str) -> None:
    (row,) = read_schedule(line, as_of=AS_OF).rows
    assert (row.title_en or row.title_fr) == title


def test_blocks_that_start_with_an_hour_have_the_day_above_them() -> None:
    text = "Agenda\n\nFri, March 5, 2027\n\n8:30 am – 9:30 am\nHope\n\n10:00 am – 11:00 am\nGrief\nRoom 201\n"
    rows = read_schedule(text, as_of=AS_OF).rows
    assert [(row.title_en, str(row.on_date), row.start_time) for row in rows] == [
        ("Hope", "2027-03-05", dt.time(8, 30)),
        ("Grief", "2027-03-05", dt.time(10)),
    ]


def test_title_on_two_lines_is_taken_without_the_words_before_it() -> None:
    text = "Image of Grief at Home\nGrief at Home\nMarch 5, 2027, 12:00–1:00 pm ET\nFree\n"
    (row,) = read_schedule(text, as_of=AS_OF).rows
    assert (row.title_en, row.beside) == ("Grief at Home", ["Image of Grief at Home", "Free"])
