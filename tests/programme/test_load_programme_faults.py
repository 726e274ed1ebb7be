"""Files and arguments that `load_programme` refuses."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from programme.models import LoadedRow
from tests.programme.files import REAL, SMALL, load, spoiled, write
from tests.tables import checksums

UNSHIFTED = "2022-02-03"  # on this day the dates of the small file need no shift


ONE = "programme.toml: [[series]] one"


S1 = f"{ONE}, [[series.session]] 1"


FAULTS: dict[str, tuple[str, list[str]]] = {
    "an unknown key": (
        spoiled(('language = "en"', 'language = "en"\ncolour = "red"')),
        [f'{ONE}: unknown key "colour"'],
    ),
    "an unknown table": (SMALL + "\n[extra]\na = 1\n", ['programme.toml: unknown key "extra"']),
    "an impossible date": (
        spoiled(("date = 2022-02-17", "date = 2022-02-30")),
        ["programme.toml: [[series.session]] 2: line 53: Invalid date or datetime: date = 2022-02-30"],
    ),
    "an end before the start": (
        spoiled(("ends = 2022-02-10T13:00:00", "ends = 2022-02-10T11:00:00")),
        [f"{S1}: it ends (2022-02-10 11:00) before it starts (2022-02-10 12:00)"],
    ),
    "an end on another day": (
        spoiled(("ends = 2022-02-10T13:00:00", "ends = 2022-02-11T13:00:00")),
        [f"{S1}: it ends on another day (2022-02-11) than it starts (2022-02-10)"],
    ),
    "a start without an end": (
        spoiled(("  ends = 2022-02-10T13:00:00\n", "")),
        [f"{S1}: starts and ends come together"],
    ),
    "a date beside an hour": (
        spoiled(("  weekday", "  date = 2022-02-10\n  weekday")),
        [f"{S1}: date stands for a session without an hour; leave it out beside starts and ends"],
    ),
    "an offset": (
        spoiled(("2022-02-10T12:00:00", "2022-02-10T12:00:00-05:00")),
        [
            (
                f"{S1}: starts must be a local date and time such as 2022-02-10T12:00:00, in whole minutes and "
                "without an offset, not 2022-02-10 12:00:00-05:00"
            )
        ],
    ),
    "a weekday that disagrees": (
        spoiled(('weekday = "Thursday"', 'weekday = "Friday"')),
        [f"{S1}: weekday says Friday, but 2022-02-10 is a Thursday"],
    ),
    "a weekday that is none": (
        spoiled(('weekday = "Thursday"', 'weekday = "Donnerstag"')),
        [
            (
                f'{S1}: weekday "Donnerstag" is not known; known are: Friday, Monday, Saturday, Sunday, Thursday, '
                "Tuesday, Wednesday"
            )
        ],
    ),
    "a doubled number": (
        spoiled(("number = 2", "number = 1")),
        [f"{S1}: number 1 is there twice"],
    ),
    "a number beyond the count": (
        spoiled(("number = 2", "number = 3")),
        [f"{ONE}, [[series.session]] 3: number 3 is more than session_count, 2"],
    ),
    "a doubled slug, also between series and past": (
        spoiled(('slug = "old"', 'slug = "two"')),
        ['programme.toml: [[series]], [[past]]: slug "two" is there twice'],
    ),
    "a doubled organisation": (
        spoiled(('slug = "certifier"', 'slug = "host"')),
        ['programme.toml: [[organisation]]: slug "host" is there twice'],
    ),
    "a slug with capitals": (
        spoiled(('slug = "two"', 'slug = "Two"')),
        ['programme.toml: [[series]] Two: slug "Two" may hold lowercase letters, digits and single hyphens only'],
    ),
    "two keys that are read alike": (
        spoiled(('registration = "open"', 'registration = "key"\nenrollment_key = "key-I"')),
        ['programme.toml: [[series]] two: enrollment_key "key-I" is read as that of one'],
    ),
    "a key that is missing": (
        spoiled(('enrollment_key = "KEY1"\n', "")),
        [f"{ONE}: registration is by key, but enrollment_key is missing"],
    ),
    "a key where none is needed": (
        spoiled(('registration = "open"', 'registration = "open"\nenrollment_key = "KEY2"')),
        ["programme.toml: [[series]] two: registration is open, but there is an enrollment_key"],
    ),
    "an unknown hub": (
        spoiled(('hub = "national"', 'hub = "bc"')),
        ['programme.toml: [[series]] one: hub "bc" is no [[hub]]'],
    ),
    "an unknown host": (
        spoiled(('host = "host"', 'host = "nobody"')),
        ['programme.toml: [[hub]] national: host "nobody" is no [[organisation]]'],
    ),
    "an unknown recommended series": (
        spoiled(('language = "en"', 'language = "en"\nrecommended_first = ["three"]')),
        [f'{ONE}: recommended_first "three" is no [[series]]'],
    ),
    "an archive entry of an unknown series": (
        spoiled(('slug = "old"', 'series = "three"'), ('summary_en = "Was."\nsummary_fr = "Fut."\n', "")),
        ['programme.toml: [[past]] number 1: series "three" is no [[series]]'],
    ),
    "a missing title": (
        spoiled(('  title = "First session"\n', ""), ('title_fr = "Un"\n', "")),
        [f"{S1}: title is missing", f"{ONE}: title_fr is missing"],
    ),
    "a profession outside the vocabulary": (
        spoiled(('language = "en"', 'language = "en"\naudience_professions = ["astronaut"]')),
        [
            (
                f'{ONE}: audience_professions "astronaut" is not known; known are: allied health professional, nurse, '
                "personal support worker, physician"
            )
        ],
    ),
    "a past session of the future": (
        SMALL + "  [[past.session]]\n  title = 'Late'\n  date = 2022-03-01\n",
        [
            (
                "programme.toml: [[past]] old, [[past.session]] at position 1: it was held on 2022-03-01, which is not "
                "before as_of, 2022-01-17"
            )
        ],
    ),
    "an accreditation with more than one fault": (
        spoiled(
            (
                "session_count = 2\n",
                (
                    'session_count = 2\n[series.accreditation]\nbody = "nobody"\nprogramme = "M"\ncategory = "G"\n'
                    'credits_per_hour = 0\nmax_credits = 2\nstatement_en = "{x}"\n'
                    'demo_record = { statement_fr = "F", session_id_prefix = "9", valid_from = 2022-02-01, '
                    'signatory_name = "C", signatory_title_en = "L", signatory_title_fr = "R", '
                    "valid_to = 2022-01-01 }\n"
                ),
            )
        ),
        [
            f'{ONE}, [series.accreditation]: body "nobody" is no [[organisation]]',
            (
                f"{ONE}, [series.accreditation]: credits_per_hour must be more than 0, less than 1000, with at most "
                "two decimals, not 0"
            ),
            f"{ONE}, [series.accreditation]: statement_en has a placeholder other than {{max_credits}}",
            f"{ONE}, [series.accreditation.demo_record]: valid_to (2022-01-01) lies before valid_from (2022-02-01)",
        ],
    ),
    "a schedule outside its months": (
        spoiled(
            (
                'enrollment_key = "KEY1"\nsession_count = 2\n',
                (
                    'enrollment_key = "KEY1"\nsession_count = 2\nruns = "2022-02/2022-03"\ndemo_schedule = { '
                    'first = 2022-01-31, weekday = "Sunday", every_weeks = 2, starts = 12:00:00, minutes = 60, '
                    'untitled = "S" }\n'
                ),
            ),
            ('  starts = 2022-02-10T12:00:00\n  ends = 2022-02-10T13:00:00\n  weekday = "Thursday"\n', ""),
            ("  date = 2022-02-17\n", ""),
        ),
        [
            f"{ONE}, [series.demo_schedule]: weekday says Sunday, but 2022-01-31 is a Monday",
            (
                f"{ONE}, [series.demo_schedule]: its sessions lie from 2022-01-31 to 2022-02-14, "
                "outside runs, 2022-02/2022-03"
            ),
        ],
    ),
    "a wrong type": (
        spoiled(("session_count = 2", 'session_count = "two"'), ('language = "en"', "language = 1")),
        [
            f"{ONE}: session_count must be a whole number, not 'two'",
            f"{ONE}: language must be a text, not 1",
        ],
    ),
    "no national hub": (
        spoiled(('scope = "national"', 'scope = "sector"')),
        ["programme.toml: one [[hub]], not more and not fewer, has the scope national"],
    ),
    "a zone that is not ours": (
        spoiled(('timezone = "America/Toronto"', 'timezone = "Europe/Paris"')),
        ['programme.toml: timezone "Europe/Paris" is not one of the portal\'s time zones'],
    ),
    "an hour that clocks skip": (
        spoiled(("2022-03-10T12:00:00", "2022-03-13T02:30:00"), ("2022-03-10T13:00:00", "2022-03-13T03:30:00")),
        [
            (
                "programme.toml: [[series]] two, [[series.session]] 1: On 2022-03-13 the clocks jump over 02:30 "
                "(Eastern time). Choose another time."
            )
        ],
    ),
    "an unclosed text": (
        SMALL + 'broken = "text\n',
        [
            "programme.toml: [[past]] old: line 78: Illegal character '\\n': broken = \"text",
            'programme.toml: [[past]] old: unknown key "broken"',
        ],
    ),
    "nothing": ("", ["programme.toml: the file is empty"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_file_is_refused_with_file_table_and_reason(db: None, tmp_path: Path, fault: str) -> None:
    text, expected = FAULTS[fault]
    before = checksums()
    with pytest.raises(CommandError) as refused:
        load(write(tmp_path, text), "--as-of", UNSHIFTED)
    lines = str(refused.value).splitlines()
    assert [line.strip() for line in lines[1:]] == expected
    assert lines[0] == f"Nothing was loaded. The file has {len(expected)} fault(s):"
    assert checksums() == before


def test_faults_of_a_file_are_reported_together(db: None, tmp_path: Path) -> None:
    text = spoiled(
        ("date = 2022-02-17", "date = 2022-02-30"),
        ("ends = 2022-02-10T13:00:00", "ends = 2022-13-10T13:00:00"),
        ('weekday = "Thursday"', 'weekday = "Friday"'),
        ('title_fr = "Deux"', 'title_fr = "Deux"\nunknown = 1'),
        ('kind = "webinar"', 'kind = "concert"'),
    )
    with pytest.raises(CommandError) as refused:
        load(write(tmp_path, text))
    told = str(refused.value)
    for reason in ("line 53", "line 47", "weekday says Friday", 'unknown key "unknown"', 'kind "concert"'):
        assert reason in told
    assert "5 fault(s)" in told


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"as_of = [[[[", b"a" * 2_000_001], ids=["not text", "not TOML", "too large"]
)
def test_file_with_invalid_content_is_refused(db: None, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "programme.toml"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(path)
    assert not LoadedRow.objects.exists()


def test_missing_file_is_refused(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "missing.toml")


@pytest.mark.parametrize("day", ["yesterday", "2022-02-30", "1066-10-14", "9999-12-31"])
def test_invalid_date_argument_is_refused(db: None, day: str) -> None:
    arguments: dict[str, Any] = {"stdout": io.StringIO()}
    with pytest.raises(CommandError, match="--as-of must"):
        call_command("load_programme", str(REAL), "--as-of", day, **arguments)
