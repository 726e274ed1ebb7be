"""The file of a report is accessible, can be archived, exists in both languages, and is made once after publishing."""

import io

import page
import pypdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from pages.actions import render_report_files
from pages.models import ReportFile
from tests.admin.two_hubs import signed_in_client
from tests.reports.held import Held, published

pytestmark = pytest.mark.django_db


def words(file: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(file)).pages).split())


def test_files_are_made_once_in_both_languages(held: Held) -> None:
    report = published(held)
    assert (render_report_files(), render_report_files()) == (2, 0)
    for path, name, said in (
        (f"/en/reports/{report.period_code}/report.pdf", "report-", "Series national"),
        (f"/fr/rapports/{report.period_code}/rapport.pdf", "rapport-", "Série national"),
    ):
        answer = Client().get(path)
        assert answer["Content-Disposition"] == f'attachment; filename="{name}{report.period_code}.pdf"'
        file = answer.content
        assert said in words(file)
        assert report.sha256 in words(file).replace(" ", "")
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
            found = page.validate_pdf_bytes(file, profile=profile)
            assert found.is_compliant, (profile, [str(one) for one in found.failures][:9], dir(found))
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportFile.objects.update(pdf=b"")


def test_staff_download_a_draft(held: Held) -> None:
    client = signed_in_client(held.people.staff)
    report = published(held, last=-2)
    file = client.get(f"/fr/evaluation/rapports/{report.pk}/rapport.pdf")
    assert (file.status_code, file["Cache-Control"]) == (200, "no-store, private")
    assert timezone.localdate().isoformat() not in file["Content-Disposition"]
