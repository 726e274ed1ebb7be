"""A certificate names who signs it; without a signatory it is held back (DOMAIN.md 1.3)."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from credits import actions
from credits.actions.rendering import render_certificates
from credits.audit_pack.tables import Pack, accreditation_table
from credits.certificates.sheet import sheet_html
from credits.models import Accreditation, Certificate
from tests.admin.pages import posted_fields, says
from tests.admin.two_hubs import signed_in_client
from tests.credits.ltc import LongTermCare
from tests.people import People

pytestmark = pytest.mark.django_db

NOBODY = {"signatory_name": "", "signatory_title_en": "", "signatory_title_fr": ""}
LEE = {"signatory_name": "Lee Specimen", "signatory_title_en": "Director", "signatory_title_fr": "Directeur"}
HELD_BACK = "The accreditation names nobody who signs."


def issue(ltc: LongTermCare) -> actions.Plan:
    return actions.issue_certificates(series=ltc.series, by=ltc.by)


def sheet_of(certificate: Certificate, **changes: Any) -> str:
    html = sheet_html(certificate.values | changes, verify_url="https://echo.example.org/en/verify/7Q4K-2M9X-C6TR/")
    return " ".join(html.split())


def change_page(record: Accreditation) -> str:
    return reverse("admin:credits_accreditation_change", args=(record.pk,))


def test_certificate_names_its_signatory_in_the_language_of_the_person(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 60})
    issue(ltc)
    row = Certificate.objects.get()
    english = '<span class="signatory">Camille Specimen, MD</span><br> Medical lead, Palliative Care ECHO Project<br>'
    assert english in sheet_of(row)
    french = '<span class="signatory">Camille Specimen, MD</span><br> Responsable médicale, Projet ECHO en soins'
    assert french in sheet_of(row, language="fr")
    assert render_certificates() == 1


def test_issued_certificate_keeps_its_signatory(ltc: LongTermCare, people: People) -> None:
    ltc.attend(5, {ltc.ama: 60})
    issue(ltc)
    before = sheet_of(Certificate.objects.get())
    client, here = signed_in_client(people.staff), change_page(ltc.record)
    assert client.post(here, posted_fields(client, here) | LEE).status_code == 302
    ltc.record.refresh_from_db()
    assert ltc.record.signatory_words == "Lee Specimen, Director"
    assert [sheet_of(row) for row in Certificate.objects.all()] == [before]


def test_certificate_of_an_earlier_version_is_signed_for_the_provider(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 60})
    issue(ltc)
    row = Certificate.objects.get()
    earlier = [{key: text for key, text in record.items() if key not in LEE} for record in row.values["records"]]
    html = sheet_of(row, records=earlier, issued_on="2026-11-27")
    assert '<p class="sign">For Pallium Canada<br><span class="dim">Issued November 27, 2026</span></p>' in html


def test_certificate_without_signatory_is_held_back_and_the_page_says_why(ltc: LongTermCare, people: People) -> None:
    Accreditation.objects.update(**NOBODY)
    ltc.attend(5, {ltc.ama: 60, ltc.luc: 60})
    plan = issue(ltc)
    assert (plan.count, plan.blocked, Certificate.objects.count()) == (0, {"no-signatory": 2}, 0)
    page = reverse("admin:credits_certificate_issue", args=(ltc.series.pk,))
    assert f"2 people: {HELD_BACK}" in says(signed_in_client(people.staff).get(page))


def test_corrected_certificate_waits_for_the_signatory(ltc: LongTermCare, people: People) -> None:
    ltc.attend(5, {ltc.ama: 60})
    issue(ltc)
    Accreditation.objects.update(**NOBODY)
    ltc.attend(5, {ltc.ama: 30})
    row = Certificate.objects.get()
    reason = "The credits changed, and a corrected certificate waits for the name of its signatory."
    assert (row.state, row.revoked_because) == ("revoked", reason)
    client, here = signed_in_client(people.staff), change_page(ltc.record)
    assert client.post(here, posted_fields(client, here) | LEE).status_code == 302
    successor = Certificate.objects.valid().get()
    assert (successor.replaces, successor.values["records"][0]["signatory_name"]) == (row, "Lee Specimen")


def test_accreditations_with_different_signatories_print_each_with_its_statement(ltc: LongTermCare) -> None:
    ltc.certified(programme="MOC", scheme="moc", category="Section 1", **LEE)
    ltc.attend(5, {ltc.ama: 60})
    issue(ltc)
    html = sheet_of(Certificate.objects.get())
    assert '<p class="sign">For Pallium Canada<br>' in html
    signed = [part.split(" </p>")[0] for part in html.split('<p class="accred"> Signed by ')[1:]]
    assert signed == ["Camille Specimen, MD, Medical lead, Palliative Care ECHO Project", "Lee Specimen, Director"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"signatory_title_fr": ""}, "Give the name of the signatory and their title in both languages"),
        ({"signatory_name": " "}, "Give the name of the signatory and their title in both languages"),
        ({"signatory_name": "Lee 漢"}, "Certificates cannot print these characters: 漢"),
    ],
)
def test_signatory_without_a_name_or_a_title_is_refused(
    ltc: LongTermCare, people: People, change: dict[str, str], sentence: str
) -> None:
    client, here = signed_in_client(people.staff), change_page(ltc.record)
    answer = client.post(here, posted_fields(client, here) | change)
    assert (answer.status_code, sentence in says(answer)) == (200, True)


def test_preview_says_that_nobody_signs(ltc: LongTermCare, people: People) -> None:
    ltc.attend(5, {ltc.ama: 60})
    issue(ltc)
    client, here = signed_in_client(people.staff), change_page(ltc.record)
    text = says(client.post(here, posted_fields(client, here) | NOBODY | {"valid_to": "2025-02-01"}))
    assert "1 certificate is revoked" in text
    assert "The accreditation names nobody who signs: its certificates are held back until it does." in text


def test_audit_pack_lists_the_signatory(ltc: LongTermCare) -> None:
    with translation.override("fr"):
        pack = Pack.of(ltc.record, made_at=ltc.record.series.created_at)
        rows = {row[0]: row[1] for row in accreditation_table(pack)}
    assert rows["signataire"] == "Camille Specimen, MD"
    assert rows["titre du ou de la signataire (français)"] == "Responsable médicale, Projet ECHO en soins palliatifs"
