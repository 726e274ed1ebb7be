"""The command `load_programme`: what it creates, a second run, and rows that were edited."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.utils import timezone

from accounts.models import Person
from credits.models import Accreditation, CertifiedSession
from hubs.models import Hub, Organisation
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Material, Series, SeriesOrganisation, Session
from tests.programme.files import REAL, SMALL, load, spoiled, write
from tests.tables import checksums

SNAPSHOT = "2022-01-17"


def test_published_programme_is_loaded_completely(db: None) -> None:
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


def test_values_of_the_file_are_stored_in_their_columns(db: None) -> None:
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
    accreditation = Accreditation.objects.get(series=ltc)
    assert int(accreditation.max_credits) == 12
    assert accreditation.covers(ltc.sessions.get(number=13).on_date)
    assert "12 Mainpro+ credits" in accreditation.statement_en
    assert "12 crédits Mainpro+" in accreditation.statement_fr
    assert accreditation.signatory_words == "Camille Specimen, MD, Medical lead, Palliative Care ECHO Project"


def test_loaded_texts_have_the_apostrophes_and_spaces_of_their_language(db: None) -> None:
    load()
    assert Organisation.objects.filter(name_en="Queen’s University").exists()
    typed = []
    for model in (Hub, Organisation, Series, Session):
        for row in model.objects.all():
            for field in model._meta.fields:
                language = field.name[-3:]
                text = str(getattr(row, field.name)) if language in ("_en", "_fr") else ""
                if re.search(r"\w'\w", text) or (language == "_fr" and re.search(" [:%»]|« ", text)):
                    typed.append(f"{row}: {field.name}")
    assert typed == []


def test_numbered_titles_are_loaded_in_french(db: None) -> None:
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


def test_sessions_without_time_or_date_are_loaded(db: None) -> None:
    load(REAL, "--no-demo", "--as-of", SNAPSHOT)
    first = Session.objects.get(series__slug="ltc-cop", number=1)
    assert (first.on_date, first.start_time, first.starts_at) == (dt.date(2021, 12, 9), None, None)
    workers = Session.objects.filter(series__slug="psw-cop").order_by("number")
    assert [one.on_date for one in workers] == [None] * 14
    assert [one.number for one in workers if one.held_by] == [1, 2]
    assert workers[2].title == "Session 3"
    assert Series.objects.get(slug="psw-cop").announced_session_count == 14


def test_accreditation_without_demo_data_is_incomplete(db: None) -> None:
    load(REAL, "--no-demo")
    assert Accreditation.objects.count() == 3
    assert not Accreditation.objects.complete().exists()
    assert not CertifiedSession.objects.exists()
    assert not Accreditation.objects.filter(is_specimen=True).exists()


def test_demonstration_has_past_and_future_sessions_on_the_day_of_loading(db: None) -> None:
    load()
    now = timezone.now()
    past = Session.objects.filter(series__slug__in=["seven-keys", "psw-series", "qi-collaborative"])
    assert past.held(now).count() == past.count() == 7
    first = Session.objects.get(series__slug="capaciti-information", number=1)
    assert first.starts_at is not None
    assert dt.timedelta(hours=24) <= first.starts_at - now < dt.timedelta(days=8, hours=1)
    assert first.on_date is not None
    assert first.on_date.weekday() == 2


def test_dry_run_counts_and_writes_nothing(db: None) -> None:
    before = checksums()
    assert "Would load (nothing was written): 138 new" in load(REAL, "--dry-run")
    assert checksums() == before


def test_second_load_changes_nothing(db: None) -> None:
    load()
    before = checksums()
    assert "0 new, 0 changed, 0 kept as edited, 138 untouched" in load()
    assert checksums() == before


def test_load_on_another_day_moves_no_date(db: None) -> None:
    load(REAL, "--as-of", "2026-03-02")
    before = checksums()
    load()
    assert checksums() == before


def test_load_as_of_another_day_is_refused_without_force(db: None) -> None:
    load(REAL, "--as-of", SNAPSHOT)
    before = checksums()
    with pytest.raises(CommandError, match="0 weeks later than published; --as-of would make it 4"):
        load(REAL, "--as-of", "2022-02-14")
    assert checksums() == before
    load(REAL, "--as-of", "2022-02-14", "--force")
    session = Session.objects.get(series__slug="ltc-cop", number=3)
    assert (session.on_date, session.start_time) == (dt.date(2022, 3, 10), dt.time(12))
    assert session.revision == 1


def test_edited_column_is_kept_and_other_columns_are_updated_from_the_file(db: None, tmp_path: Path) -> None:
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


def test_removed_and_renamed_rows_are_not_restored_without_force(db: None, tmp_path: Path) -> None:
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


def test_row_created_before_the_load_is_not_overwritten(db: None, tmp_path: Path) -> None:
    host = Organisation.objects.create(slug="host", name_en="Ours", name_fr="La nôtre")
    load(write(tmp_path, SMALL))
    host.refresh_from_db()
    assert host.name_en == "Ours"


def test_session_added_to_the_file_registers_enrolled_people(db: None, tmp_path: Path) -> None:
    load(write(tmp_path, SMALL))
    person = Person.objects.create_user("enrolled@example.org", name="Enrolled")
    series = Series.objects.get(slug="one")
    Enrollment.objects.create(person=person, series=series, enrolled_at=timezone.now())
    third = '\n  [[series.session]]\n  number = 3\n  title = "Third session"\n\n[[series]]\nslug = "two"'
    load(write(tmp_path, spoiled(("session_count = 2", "session_count = 3"), ('\n[[series]]\nslug = "two"', third))))
    assert Registration.objects.get().session.number == 3


def test_demo_data_can_be_added_but_not_removed(db: None) -> None:
    load(REAL, "--no-demo")
    load()
    assert Accreditation.objects.complete().count() == 3
    assert not Session.objects.filter(series__slug="psw-cop", on_date=None).exists()
    before = checksums()
    with pytest.raises(CommandError, match="only be loaded into an empty database"):
        load(REAL, "--no-demo")
    assert checksums() == before
