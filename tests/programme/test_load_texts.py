"""The command `load_texts`: the texts of public pages, a second run, edited texts, and faulty files."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from pages.models import Newsletter, Page, QuestionAndAnswer
from programme.text_file import read_texts
from tests.builders import Programme
from tests.tables import checksums

REAL = Path(__file__).resolve().parents[2] / "programme" / "public-texts.toml"
# What the programme publishes (pages.md); everything else in the file is a sample.
NOT_PUBLISHED = ("question", "newsletter")

PAGE = """\
[[page]]
slug = "one"
place = "about"
title_en = "One"
title_fr = "Un"
body_en = "First."
body_fr = "Premier : oui."
"""


def load(file: Path = REAL, **options: Any) -> str:
    out = io.StringIO()
    call_command("load_texts", str(file), stdout=out, **options)
    return out.getvalue()


def written(folder: Path, text: str) -> Path:
    file = folder / "texts.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_texts_of_the_portal_are_loaded_once_and_then_unchanged(programme: Programme) -> None:
    count = len(read_texts(REAL))
    assert f"Loaded: {count} new, 0 changed, 0 kept as edited, 0 untouched." in load()
    assert Page.objects.count() + QuestionAndAnswer.objects.count() + Newsletter.objects.count() == count
    before = checksums()
    assert f"Loaded: 0 new, 0 changed, 0 kept as edited, {count} untouched." in load()
    assert checksums() == before
    assert AuditEvent.objects.filter(verb="load-texts").count() == 1


def test_every_text_of_the_portal_is_published_in_both_languages_and_up_to_date(programme: Programme) -> None:
    load()
    for model in (Page, QuestionAndAnswer, Newsletter):
        for row in model.objects.all():
            assert (row.is_published, row.missing_languages, row.french_is_older) == (True, [], False), row


def test_only_texts_that_the_programme_did_not_publish_are_samples(programme: Programme) -> None:
    for entry in read_texts(REAL):
        assert entry.values["is_sample"] == (entry.kind in NOT_PUBLISHED), entry.slug


def test_edited_text_is_kept_unless_forced(programme: Programme, tmp_path: Path) -> None:
    file = written(tmp_path, PAGE)
    load(file)
    Page.objects.update(body_en="Edited.")
    written(tmp_path, PAGE.replace("First.", "Changed.").replace("Premier", "Autre"))
    assert "kept: page:one (body_en)" in load(file)
    page = Page.objects.get()
    assert (page.body_en, page.body_fr) == ("Edited.", "Autre\u00a0: oui.")
    load(file, force=True)
    assert Page.objects.get().body_en == "Changed."


def test_removed_text_stays_removed_unless_forced(programme: Programme, tmp_path: Path) -> None:
    file = written(tmp_path, PAGE)
    load(file)
    Page.objects.all().delete()
    assert "1 kept as edited" in load(file)
    assert Page.objects.count() == 0
    load(file, force=True)
    assert Page.objects.count() == 1


def test_text_of_an_unknown_hub_is_left_out(programme: Programme, tmp_path: Path) -> None:
    of_hub = PAGE.replace('place = "about"', 'hub = "nowhere"')
    assert "Loaded: 0 new" in load(written(tmp_path, of_hub))
    assert "Loaded: 1 new" in load(written(tmp_path, of_hub.replace("nowhere", "bc")))
    assert Page.objects.get().hub == programme.bc


def test_dry_run_writes_nothing(programme: Programme) -> None:
    before = checksums()
    assert "Would load (nothing was written)" in load(dry_run=True)
    assert checksums() == before


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "the file has no texts"),
        (PAGE + PAGE, 'slug "one" is there twice'),
        (PAGE.replace('title_fr = "Un"\n', ""), "title_fr is missing"),
        (PAGE.replace('"one"', '"Page 1"'), "lowercase letters"),
        (PAGE.replace('"about"', '"top"'), 'place "top" is not known'),
        (PAGE + 'hub = "bc"\n', "a page of a hub has no place"),
        (PAGE + "colour = 1\n", 'unknown key "colour"'),
        (PAGE.replace('"First."', f'"{"a" * 40_001}"'), "body_en has 40001 characters"),
        ('[[newsletter]]\nslug = "a"\ntitle_en = "A"\ntitle_fr = "A"\n', "published_on is missing"),
        ("[[page]\n", "line 1"),
    ],
)
def test_faulty_file_is_refused_as_a_whole(programme: Programme, tmp_path: Path, text: str, fault: str) -> None:
    before = checksums()
    with pytest.raises(CommandError, match="Nothing was loaded") as refused:
        load(written(tmp_path, text))
    assert fault in str(refused.value)
    assert checksums() == before
