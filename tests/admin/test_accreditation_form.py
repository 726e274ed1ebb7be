"""Pallium staff edit an accreditation, and see which certificates change before they save it."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from credits import actions
from credits.models import Accreditation, Certificate
from tests.admin.pages import posted_fields, says
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def confirmed(preview: Any) -> dict[str, str]:
    """Return what the button on a preview of corrections posts."""
    return {"_corrects_certificates": preview.context["digest"]}


def test_professions_are_chosen_from_the_list(own: HubRows, people: People) -> None:
    record = own[Accreditation]
    client = signed_in_client(people.staff)
    here = reverse("admin:credits_accreditation_change", args=(record.pk,))
    found = []
    for chosen in (["PHARM", "PTECH"], [], ["SURGEON"]):
        data = posted_fields(client, here) | {"professions": chosen}
        answer = client.post(here, data)
        if "digest" in (answer.context or {}):
            answer = client.post(here, data | confirmed(answer))
        record.refresh_from_db()
        found.append((answer.status_code, record.professions))
    assert found == [(302, ["PHARM", "PTECH"]), (302, []), (200, [])]


@pytest.fixture
def ltc(programme: Programme, people: People) -> LongTermCare:
    """Return the series in which Ama and Luc have certificates of session 5."""
    ltc = LongTermCare(programme, people)
    ltc.attend(5, {ltc.ama: 60, ltc.luc: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    return ltc


def change_page(ltc: LongTermCare) -> str:
    return reverse("admin:credits_accreditation_change", args=(ltc.record.pk,))


def test_change_that_corrects_certificates_is_saved_after_a_preview(ltc: LongTermCare, people: People) -> None:
    client, here = signed_in_client(people.staff), change_page(ltc)
    data = posted_fields(client, here) | {"valid_to": "2025-02-01"}
    before = checksums()
    answer = client.post(here, data)
    assert checksums() == before
    assert answer.status_code == 200
    text = says(answer)
    assert "2 certificates are replaced by corrected ones" in text
    assert f"{ltc.ama.name}: 1 Mainpro+ credit → 0 Mainpro+ credits" in text
    posted = {name: value for name, value in answer.context["posted"] if name != "csrfmiddlewaretoken"}
    assert client.post(here, posted | confirmed(answer)).status_code == 302
    ltc.record.refresh_from_db()
    assert ltc.record.valid_to == dt.date(2025, 2, 1)
    states = list(Certificate.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["replaced", "replaced", "valid", "valid"]
    event = AuditEvent.objects.filter(verb="ledger-updated").latest("pk")
    assert (event.actor_id, event.details) == (people.staff.pk, {"reversed": 2, "entered": 2})


def test_confirmation_shows_the_preview_again_if_certificates_were_issued_since(
    ltc: LongTermCare, people: People
) -> None:
    client, here = signed_in_client(people.staff), change_page(ltc)
    data = posted_fields(client, here) | {"valid_to": "2025-02-01"}
    first = client.post(here, data)
    assert "since you looked" not in says(first)
    ltc.attend(6, {ltc.ama: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    before = checksums()
    again = client.post(here, data | confirmed(first))
    assert (again.status_code, checksums()) == (200, before)
    assert "Certificates of this series have changed since you looked." in says(again)
    assert f"{ltc.ama.name}: 2 Mainpro+ credits → 0 Mainpro+ credits" in says(again)
    assert [name for name, _value in again.context["posted"] if name.startswith("_corrects")] == []
    assert client.post(here, data | confirmed(again)).status_code == 302
    assert client.get(here).status_code == 200
    ltc.record.refresh_from_db()
    assert ltc.record.valid_to == dt.date(2025, 2, 1)


def test_preview_names_certificates_that_would_be_revoked(ltc: LongTermCare, people: People) -> None:
    client, here = signed_in_client(people.staff), change_page(ltc)
    change = {"scheme": "pharmacy", "valid_to": "2025-02-01"}
    text = says(client.post(here, posted_fields(client, here) | change))
    assert "2 certificates are revoked" in text
    assert f"{ltc.luc.name}: 1 Mainpro+ credit" in text


def test_change_that_corrects_no_certificate_is_saved_at_once(ltc: LongTermCare, people: People) -> None:
    client, here = signed_in_client(people.staff), change_page(ltc)
    data = posted_fields(client, here) | {"interaction_percent": "25"}
    assert client.post(here, data).status_code == 302
    ltc.record.refresh_from_db()
    assert ltc.record.interaction_percent == 25
    assert Certificate.objects.valid().count() == 2


def test_new_accreditation_is_saved_after_a_preview(ltc: LongTermCare, people: People) -> None:
    client, here = signed_in_client(people.staff), reverse("admin:credits_accreditation_add")
    data = {
        "series": ltc.series.pk,
        "certifier": ltc.record.certifier_id,
        "scheme": "moc",
        "programme": "MOC",
        "category": "Section 1",
        "credits_per_hour": "1",
        "max_credits": "12",
        "credit_step": "0.25",
        "statement_en": "Certified.",
        "statement_fr": "Certifiée.",
        "valid_from": "2025-01-01",
        "valid_to": "2025-12-31",
        "signatory_name": "Lee Specimen",
        "signatory_title_en": "Director",
        "signatory_title_fr": "Directeur",
    }
    answer = client.post(here, data)
    text = says(answer)
    assert "2 certificates are replaced by corrected ones" in text
    assert "Signatory of this accreditation, on the new certificates: Lee Specimen, Director" in text
    assert Accreditation.objects.count() == 1
    assert client.post(here, data | confirmed(answer)).status_code == 302
    assert Accreditation.objects.count() == 2
