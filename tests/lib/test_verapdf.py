"""veraPDF validates each kind of document that the portal makes as PDF/A-2a and PDF/UA-1 (`make attack`).

`make test` validates the same documents with a validator that is faster but knows fewer rules.
"""

from pathlib import Path

import pypdf
import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Person
from credits import actions
from credits.actions.rendering import render_certificates
from credits.models import Certificate
from echo_portal.lib.pdf.rendering import Renderer
from pages.actions import render_report_files
from pages.models import ReportFile
from registrations.printed.poster import poster_pdf
from registrations.printed.run_sheet import run_sheet_pdf
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.reports.held import Held, published
from tools import verapdf

pytestmark = [
    pytest.mark.attack,
    pytest.mark.django_db,
    pytest.mark.skipif(not verapdf.is_installed(), reason="veraPDF is not installed (sh tools/verapdf.sh)"),
]
NAMES = {"en": "Ama ᐅᒃᐱᒃ", "fr": "Marie-Ève Łucja Charbonneau-Désilets de la Chevrotière-Tłı̨chǫ"}


def check(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    found = verapdf.broken_rules([folder / name for name in files])
    assert found == {(name, profile): "" for name in files for profile in ("2a", "ua1")}


def test_certificates(programme: Programme, people: People, tmp_path: Path) -> None:
    ltc = LongTermCare(programme, people)
    for person, language in ((ltc.ama, "en"), (ltc.luc, "fr")):
        Person.objects.filter(pk=person.pk).update(certificate_name=NAMES[language], language=language)
        ltc.attend_all(person)
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    actions.issue_certificates(series=ltc.series, session=ltc.sessions[0], by=ltc.by)
    render_certificates()
    rows = Certificate.objects.valid()
    check({f"{row.language}-{row.session_id or 'series'}.pdf": bytes(row.pdf or b"") for row in rows}, tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("language", ["en", "fr"])
def test_transcripts(programme: Programme, people: People, language: str, tmp_path: Path) -> None:
    ltc = LongTermCare(programme, people)
    ltc.attend_all(ltc.ama)
    client = Client()
    client.force_login(ltc.ama)
    path = {"en": "/en/my-sessions/transcript.pdf", "fr": "/fr/mes-seances/releve.pdf"}[language]
    check({"transcript.pdf": client.get(path, {"period": "all"}).content}, tmp_path)


def test_run_sheets_and_posters(programme: Programme, people: People, tmp_path: Path) -> None:
    series, (session, *_others) = programme.open_series("ltc-cop", sessions=6, registration_mode="key")
    key = programme.key(series, "LTC 2122")
    with Renderer() as renderer:
        files = {"poster.pdf": poster_pdf(series=series, key=key, now=timezone.now(), renderer=renderer)}
        for language in ("en", "fr"):
            with translation.override(language):
                files[f"sheet-{language}.pdf"] = run_sheet_pdf(session, now=timezone.now(), renderer=renderer)
    check(files, tmp_path)


def test_reports(programme: Programme, people: People, tmp_path: Path) -> None:
    published(Held(programme, people))
    assert render_report_files() == 2
    check({f"report-{row.pk}.pdf": bytes(row.pdf or b"") for row in ReportFile.objects.all()}, tmp_path)


def test_document_without_tags_and_metadata_is_not_valid(tmp_path: Path) -> None:
    """Control: `broken_rules` names the rules that an invalid document breaks."""
    file = tmp_path / "plain.pdf"
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(file)
    found = verapdf.broken_rules([file])
    assert ("metadata" in found["plain.pdf", "2a"], "MarkInfo" in found["plain.pdf", "ua1"]) == (True, True)
