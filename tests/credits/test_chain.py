"""A report of the long-term care series, from its file to the code that verifies the certificate (PRODUCT.md 5, 6)."""

import io
from decimal import Decimal

import pypdf
from django.test import Client

from accounts.models import AuditEvent
from credits import actions
from credits.certificates.verifying import check_file
from credits.codes import shown_code
from credits.models import Certificate, CreditEntry
from credits.tasks import make_certificates, update_ledgers
from echo_portal.lib.signing_keys import published_keys
from echo_portal.outbox.delivery import deliver_due
from tests.credits.ltc import LongTermCare
from tests.smtp_server import Sink


def page_of(client: Client, certificate: Certificate, language: str = "en") -> str:
    """Return the text of the page that verifies the certificate's code."""
    path = "verify" if language == "en" else "verifier"
    answer = client.get(f"/{language}/{path}/{shown_code(certificate.code)}/")
    assert answer.status_code == 200
    return str(answer.content.decode())


def text_of(file: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file)).pages).split())


def test_imported_report_leads_to_a_certificate_by_email(ltc: LongTermCare, sink: Sink, client: Client) -> None:
    ltc.attend_all(ltc.ama)
    ltc.attend(5, {ltc.ama: 60, ltc.luc: 40})
    assert (sum(ltc.credits(ltc.ama).values()), ltc.credits(ltc.luc)) == (Decimal(12), {5: Decimal("0.5")})

    plan = actions.issue_certificates(series=ltc.series, by=ltc.by)
    assert (len(plan.new), len(plan.replaced), plan.unchanged, plan.blocked) == (2, 0, 0, {})
    make_certificates()
    deliver_due()
    emails = {str(email["To"]): email for email in sink.emails}
    assert set(emails) == {ltc.ama.email, ltc.luc.email}
    assert emails[ltc.luc.email]["Subject"] == (
        "Votre attestation : Les soins palliatifs en soins de longue durée, partie 5".replace(" :", "\u00a0:")
    )
    (attached,) = emails[ltc.ama.email].iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/pdf", "certificate.pdf")
    file = attached.get_payload(decode=True)
    assert isinstance(file, bytes)

    mine = Certificate.objects.get(person=ltc.ama)
    assert file == bytes(mine.pdf or b"")
    assert check_file(file, published_keys()).values == mine.values
    words = text_of(file)
    assert "Ama Okpik took part in 13 live online sessions" in words
    assert "12 Mainpro+ credits Certified Activity of up to 12" in words
    assert "approved" not in words
    assert "for up to 12 Mainpro+ Certified Activity credits" in words
    assert "900001-013" in words
    assert shown_code(mine.code) in words
    page = page_of(client, mine)
    assert "This certificate is valid" in page
    assert "A. O." in page


def test_corrected_report_replaces_the_certificate_at_once(ltc: LongTermCare, sink: Sink, client: Client) -> None:
    ltc.attend(5, {ltc.luc: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    make_certificates()
    deliver_due()
    first = Certificate.objects.get()
    assert "Cette attestation est valide" in page_of(client, first, "fr")

    ltc.attend(5, {ltc.luc: 45})  # a corrected report of the same session
    assert "Cette attestation a été remplacée" in page_of(client, first, "fr")
    second = Certificate.objects.valid().get()
    assert (second.replaces, second.issued_by) == (first, None)
    assert second.values["records"][0]["credits"] == "0.75"
    assert second.values["replaces"] == first.code
    update_ledgers()
    make_certificates()
    deliver_due()
    first_subject = sink.emails[0]["Subject"]
    corrected = first_subject.replace("Votre attestation", "Votre attestation corrigée")
    assert [email["Subject"] for email in sink.emails] == [first_subject, corrected]
    assert "0,75 crédit Mainpro+" in text_of(bytes(Certificate.objects.get(pk=second.pk).pdf or b""))
    assert "Cette attestation est valide" in page_of(client, second, "fr")
    verbs = AuditEvent.objects.filter(verb__startswith="certificate").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["certificate-issued", "certificate-rendered"] * 2
    assert CreditEntry.objects.count() == 3
