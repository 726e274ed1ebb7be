"""A certificate that a mistake in a report revoked is issued again once the attendance counts again (PRODUCT.md 6)."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from attendance import actions as attending
from attendance.models import AttendanceImport
from credits import actions
from credits.actions.rendering import render_certificates
from credits.message_kinds import CERTIFICATE_REVOKED
from credits.models import Accreditation, Certificate, CreditEntry
from echo_portal.outbox.kinds import NoLongerTrue, kind_of
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from tests.credits.ltc import LongTermCare

State = Certificate.State


@pytest.fixture
def revoked(ltc: LongTermCare) -> Certificate:
    """Return Ama's certificate of session 5, revoked because the report was undone."""
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    undo(ltc)
    return Certificate.objects.get()


def undo(ltc: LongTermCare) -> None:
    attending.undo_import(report=AttendanceImport.objects.live().get(), by=ltc.by)
    ltc.update()


def about_revoked() -> Message:
    return Message.objects.get(kind=CERTIFICATE_REVOKED)


@pytest.mark.parametrize("by", ["report", "correction", "request"])
def test_certificate_is_issued_again_when_the_attendance_counts_again(
    ltc: LongTermCare, revoked: Certificate, by: str
) -> None:
    session = ltc.sessions[4]
    if by == "report":
        ltc.attend(5, {ltc.ama: 40})
    elif by == "correction":
        attending.correct_attendance(session=session, person=ltc.ama, seconds=2400, reason="List", by=ltc.by)
    else:
        with time_machine.travel("2025-02-10T12:00:00Z"):
            request = attending.ask_for_attendance(session=session, person=ltc.ama)
        attending.accept_request(request=request, minutes=40, by=ltc.by)
    ltc.update()
    old, new = Certificate.objects.order_by("pk")
    assert (old.state, new.state, new.replaces, new.values["replaces"]) == (
        State.REVOKED,
        State.VALID,
        revoked,
        revoked.code,
    )
    assert new.printed[0]["minutes"] == 40
    ltc.update()
    assert Certificate.objects.count() == 2


def test_certificate_of_one_session_is_issued_again(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, session=ltc.sessions[4], by=ltc.by)
    undo(ltc)
    ltc.attend(5, {ltc.ama: 45})
    new = Certificate.objects.valid().get()
    assert (new.session, new.printed[0]["minutes"]) == (ltc.sessions[4], 45)


def test_other_session_does_not_lead_to_a_new_certificate(ltc: LongTermCare, revoked: Certificate) -> None:
    ltc.attend(6, {ltc.ama: 60})
    assert list(Certificate.objects.all()) == [revoked]


def test_certificate_that_somebody_revoked_is_not_issued_again(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    actions.revoke_certificate(certificate=Certificate.objects.get(), because="Another person", by=ltc.by)
    undo(ltc)
    ltc.attend(5, {ltc.ama: 45})
    assert [row.state for row in Certificate.objects.all()] == [State.REVOKED]


def test_person_is_told_half_an_hour_later_unless_it_counts_again(ltc: LongTermCare, revoked: Certificate) -> None:
    message = about_revoked()
    assert (message.address, message.language) == (ltc.ama.email, ltc.ama.language)
    assert dt.timedelta(minutes=29) < message.due_at - timezone.now() <= dt.timedelta(minutes=30)
    assert kind_of(message).still_true(message)
    text = {language: preview(message, language, scope_ids=None).text for language in ("en", "fr")}
    assert "Why: The attendance was taken back." in text["en"]
    assert "Motif\u00a0: La présence a été retirée." in text["fr"]
    assert revoked.code[:4] in text["en"]
    ltc.attend(5, {ltc.ama: 40})
    assert not kind_of(message).still_true(message)
    with pytest.raises(NoLongerTrue):
        kind_of(message).render(message)


def test_person_gets_the_reason_of_who_revoked_the_certificate_at_once(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    actions.revoke_certificate(certificate=Certificate.objects.get(), because="Issued to another person", by=ltc.by)
    message = about_revoked()
    assert message.due_at <= timezone.now()
    assert "Why: Issued to another person" in preview(message, "en", scope_ids=None).text


def test_email_of_the_new_certificate_says_that_it_is_corrected(ltc: LongTermCare, revoked: Certificate) -> None:
    ltc.attend(5, {ltc.ama: 40})
    render_certificates()
    email = preview(Message.objects.get(kind="certificate"), "en", scope_ids=None)
    assert "Your corrected certificate is here" in email.text


def test_reason_names_what_the_corrected_document_lacks(ltc: LongTermCare) -> None:
    ltc.attend(5, {ltc.ama: 40})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    Accreditation.objects.update(scheme="pharmacy", valid_to=dt.date(2025, 2, 1))
    ltc.update()
    row = Certificate.objects.get()
    assert (row.state, row.revoked_because) == (
        State.REVOKED,
        "The credits changed, and the corrected statement needs a licence number.",
    )
    assert CreditEntry.objects.get(kind="reversal").code == "terms-changed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"professions": ["PHARM"]}, "not-covered"),
        ({"max_credits": 10}, "terms-changed"),
        ({"valid_to": dt.date(2025, 2, 1)}, "terms-changed"),
    ],
)
def test_reversal_names_the_accreditation_that_changed(ltc: LongTermCare, change: dict[str, object], code: str) -> None:
    ltc.attend(5, {ltc.ama: 40})
    Accreditation.objects.update(**change)
    ltc.update()
    assert CreditEntry.objects.get(kind="reversal").code == code
