"""What `load_programme` promises: what is there afterwards, that a second run and an edit are safe, what it refuses."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Person
from credits.models import Accreditation, CertifiedSession
from hubs.models import Hub, Organisation
from programme.models import LoadedRow
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Material, Series, SeriesOrganisation, Session
from tests.programme.files import REAL, SMALL, spoiled
from tests.tables import checksums

SNAPSHOT = "2022-01-17"
UNSHIFTED = "2022-02-03"  # the small file keeps its dates, seen from this day


def load(file: Path = REAL, *flags: str) -> str:
    out = io.StringIO()
    call_command("load_programme", str(file), *flags, stdout=out)
    return out.getvalue()


def write(folder: Path, text: str) -> Path:
    path = folder / "programme.toml"
    path.write_text(text, encoding="utf-8")
    return path


# --- what is there ---------------------------------------------------------------------------------


def test_the_real_programme_is_there_whole(db: None) -> None:
    assert "138 new, 0 changed, 0 kept as edited, 0 untouched" in load()
    assert Organisation.objects.count() == 8
    assert set(Hub.objects.values_list("slug", flat=True)) == {"national", "bc"}
    assert Series.objects.count() == 20
    assert Session.objects.count() == 63
    assert dict(EnrollmentKey.objects.values_list("text", "series__slug")) == {
        "LTC2122": "ltc-cop",
        "HEART22": "heart-cop",
        "CBPP2122": "cbpp-cop",
    }
    assert Accreditation.objects.complete().filter(is_specimen=True).count() == 3
    assert CertifiedSession.objects.count() == 13 + 4 + 11
    assert SeriesOrganisation.objects.count() == 5
    counts = {
        "psw-cop": 14,
        "ltc-cop": 13,
        "heart-cop": 4,
        "cbpp-cop": 11,
        "capaciti-information": 2,
        "qi-collaborative": 3,
    }
    assert {slug: Session.objects.filter(series__slug=slug).count() for slug in counts} == counts


def test_facts_stand_where_pages_read_them(db: None) -> None:
    load()
    ltc = Series.objects.get(slug="ltc-cop")
    assert (ltc.hub.slug, ltc.kind, ltc.registration_mode, ltc.announced_session_count) == (
        "national",
        "community",
        "key",
        13,
    )
    assert (ltc.audience_settings, ltc.audience_professions, ltc.free_of_charge) == (["LTC"], [], True)
    heart = Series.objects.get(slug="heart-cop")
    assert heart.practice_areas == ["HEART", "PALL"]
    watch = Series.objects.get(slug="journal-watch")
    assert (watch.ongoing, watch.levels) == (True, ["specialist", "generalist"])
    assert watch.sessions.get().presenters == ["Dr. José Pereira", "Dr. Leonie Herx"]
    assert Series.objects.get(slug="capaciti-information").choose_one
    kingston = Series.objects.get(slug="caremap-kingston")
    assert [one.slug for one in kingston.recommended_first.all()] == ["strengthening-care-connections"]
    assert Session.objects.get(series__slug="sustainability-guide").read_before.startswith("Compassionate")
    french = Series.objects.get(slug="fin-de-vie-neuro")
    assert (french.language, french.title_en, french.sessions.get().title_en) == ("fr", "", "")
    slides = Material.objects.filter(kind="slides", url="")
    assert sorted(slides.values_list("session__series__slug", "session__number")) == [("psw-cop", 1), ("psw-cop", 2)]
    certified = CertifiedSession.objects.get(session__series__slug="ltc-cop", session__number=12)
    assert certified.certified_id == "900001-012"
    record = Accreditation.objects.get(series=ltc)
    assert int(record.max_credits) == 12
    assert record.covers(ltc.sessions.get(number=13).on_date)
    assert "12 Mainpro+ credits" in record.statement_en
    assert "12 crédits Mainpro+" in record.statement_fr


def test_titles_that_only_say_which_session_it_is_exist_in_french_too(db: None) -> None:
    load(REAL, "--as-of", SNAPSHOT)
    both = Session.objects.exclude(title_en="").exclude(title_fr="")
    assert sorted(both.values_list("title_en", "title_fr")) == [
        ("First webinar", "Premier webinaire"),
        ("Information session", "Séance d’information"),
        ("Information session", "Séance d’information"),
        ("Session One", "Première séance"),
        ("Session Three", "Troisième séance"),
        ("Session Two", "Deuxième séance"),
    ]
    french = [line for line in Path(REAL).read_text().splitlines() if "_fr = " in line]
    assert len(french) > 40
    assert [line for line in french if "'" in line] == []


def test_sessions_without_an_hour_or_a_date_or_only_counted_exist_as_such(db: None) -> None:
    load(REAL, "--no-demo", "--as-of", SNAPSHOT)
    first = Session.objects.get(series__slug="ltc-cop", number=1)
    assert (first.on_date, first.start_time, first.starts_at) == (dt.date(2021, 12, 9), None, None)
    workers = Session.objects.filter(series__slug="psw-cop").order_by("number")
    assert [one.on_date for one in workers] == [None] * 14
    assert [one.number for one in workers if one.held_by] == [1, 2]
    assert workers[2].title == "Session 3"
    assert Series.objects.get(slug="psw-cop").announced_session_count == 14


def test_without_the_inventions_no_record_is_complete(db: None) -> None:
    load(REAL, "--no-demo")
    assert Accreditation.objects.count() == 3
    assert not Accreditation.objects.complete().exists()
    assert not CertifiedSession.objects.exists()
    assert not Accreditation.objects.filter(is_specimen=True).exists()


def test_a_demonstration_has_sessions_held_live_and_to_come_on_the_day_it_is_loaded(db: None) -> None:
    load()
    now = timezone.now()
    past = Session.objects.filter(series__slug__in=["seven-keys", "psw-series", "qi-collaborative"])
    assert past.held(now).count() == past.count() == 7
    first = Session.objects.get(series__slug="capaciti-information", number=1)
    assert first.starts_at is not None
    assert dt.timedelta(hours=24) <= first.starts_at - now < dt.timedelta(days=8, hours=1)
    assert first.on_date is not None
    assert first.on_date.weekday() == 2


def test_a_dry_run_counts_and_writes_nothing(db: None) -> None:
    before = checksums()
    assert "Would load (nothing was written): 138 new" in load(REAL, "--dry-run")
    assert checksums() == before


# --- twice, and after an edit -----------------------------------------------------------------------


def test_loading_twice_changes_nothing(db: None) -> None:
    load()
    before = checksums()
    assert "0 new, 0 changed, 0 kept as edited, 138 untouched" in load()
    assert checksums() == before


def test_loading_on_another_day_moves_no_date(db: None) -> None:
    load(REAL, "--as-of", "2026-03-02")
    before = checksums()
    load()
    assert checksums() == before


def test_another_day_is_refused_once_dates_stand_and_forced_on_request(db: None) -> None:
    load(REAL, "--as-of", SNAPSHOT)
    before = checksums()
    with pytest.raises(CommandError, match="0 weeks later than published; --as-of would make it 4"):
        load(REAL, "--as-of", "2022-02-14")
    assert checksums() == before
    load(REAL, "--as-of", "2022-02-14", "--force")
    session = Session.objects.get(series__slug="ltc-cop", number=3)
    assert (session.on_date, session.start_time) == (dt.date(2022, 3, 10), dt.time(12))
    assert session.revision == 1


def test_a_coordinators_edit_survives_and_the_rest_of_the_row_follows_the_file(db: None, tmp_path: Path) -> None:
    load(write(tmp_path, SMALL))
    session = Session.objects.get(series__slug="one", number=1)
    session.title_en = "A better title"
    session.save()
    moved = spoiled(("2022-02-10T12:00:00", "2022-02-10T12:30:00"), ("2022-02-10T13:00:00", "2022-02-10T13:30:00"))
    out = load(write(tmp_path, moved))
    session.refresh_from_db()
    assert (session.title_en, session.start_time, session.revision) == ("A better title", dt.time(12, 30), 1)
    assert "kept: session:one:1 (title_en)" in out
    before = checksums()
    assert "1 kept as edited" in load(write(tmp_path, moved))
    assert checksums() == before
    load(write(tmp_path, moved), "--force")
    session.refresh_from_db()
    assert session.title_en == "First session"


def test_a_row_that_was_removed_or_renamed_by_hand_stays_so(db: None, tmp_path: Path) -> None:
    load(write(tmp_path, SMALL))
    Session.objects.get(series__slug="one", number=2).delete()
    Series.objects.filter(slug="two").update(slug="two-renamed")
    key = EnrollmentKey.objects.get()
    key.text = "OTHER KEY"
    key.save()
    out = load(write(tmp_path, SMALL))
    assert "0 new, 0 changed, 3 kept as edited" in out
    assert set(Series.objects.values_list("slug", flat=True)) == {"one", "two-renamed", "old"}
    assert EnrollmentKey.objects.get().text == "OTHER KEY"
    load(write(tmp_path, SMALL), "--force")
    assert Session.objects.filter(series__slug="one").count() == 2
    assert Series.objects.filter(slug="two").exists()


def test_a_row_made_by_hand_before_is_not_overwritten(db: None, tmp_path: Path) -> None:
    host = Organisation.objects.create(slug="host", name_en="Ours", name_fr="La nôtre")
    load(write(tmp_path, SMALL))
    host.refresh_from_db()
    assert host.name_en == "Ours"


def test_a_session_added_to_the_file_reaches_everybody_enrolled(db: None, tmp_path: Path) -> None:
    load(write(tmp_path, SMALL))
    person = Person.objects.create_user("enrolled@example.org", name="Enrolled")
    series = Series.objects.get(slug="one")
    Enrollment.objects.create(person=person, series=series, enrolled_at=timezone.now())
    third = '\n  [[series.session]]\n  number = 3\n  title = "Third session"\n\n[[series]]\nslug = "two"'
    load(write(tmp_path, spoiled(("session_count = 2", "session_count = 3"), ('\n[[series]]\nslug = "two"', third))))
    assert Registration.objects.get().session.number == 3


def test_inventions_can_be_added_but_not_taken_away(db: None) -> None:
    load(REAL, "--no-demo")
    load()
    assert Accreditation.objects.complete().count() == 3
    assert not Session.objects.filter(series__slug="psw-cop", on_date=None).exists()
    before = checksums()
    with pytest.raises(CommandError, match="only be loaded into an empty database"):
        load(REAL, "--no-demo")
    assert checksums() == before


# --- refusals ---------------------------------------------------------------------------------------

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
        ['programme.toml: [[series]] Two: slug "Two" may hold small letters, digits and single hyphens only'],
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
    "a hub nobody knows": (
        spoiled(('hub = "national"', 'hub = "bc"')),
        ['programme.toml: [[series]] one: hub "bc" is no [[hub]]'],
    ),
    "a host nobody knows": (
        spoiled(('host = "host"', 'host = "nobody"')),
        ['programme.toml: [[hub]] national: host "nobody" is no [[organisation]]'],
    ),
    "a recommended series nobody knows": (
        spoiled(('language = "en"', 'language = "en"\nrecommended_first = ["three"]')),
        [f'{ONE}: recommended_first "three" is no [[series]]'],
    ),
    "a second place of a series nobody knows": (
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
def test_a_faulty_file_is_refused_whole_with_file_table_and_reason(db: None, tmp_path: Path, fault: str) -> None:
    text, expected = FAULTS[fault]
    before = checksums()
    with pytest.raises(CommandError) as refused:
        load(write(tmp_path, text), "--as-of", UNSHIFTED)
    lines = str(refused.value).splitlines()
    assert [line.strip() for line in lines[1:]] == expected
    assert lines[0] == f"Nothing was loaded. The file has {len(expected)} fault(s):"
    assert checksums() == before


def test_every_fault_of_a_file_is_told_at_once(db: None, tmp_path: Path) -> None:
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
def test_a_file_that_is_no_programme_is_refused(db: None, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "programme.toml"
    path.write_bytes(content)
    with pytest.raises(CommandError, match="Nothing was loaded"):
        load(path)
    assert not LoadedRow.objects.exists()


def test_a_file_that_is_not_there_is_refused(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        load(tmp_path / "missing.toml")


@pytest.mark.parametrize("day", ["yesterday", "2022-02-30", "1066-10-14", "9999-12-31"])
def test_a_day_that_cannot_be_is_refused(db: None, day: str) -> None:
    arguments: dict[str, Any] = {"stdout": io.StringIO()}
    with pytest.raises(CommandError, match="--as-of must"):
        call_command("load_programme", str(REAL), "--as-of", day, **arguments)
