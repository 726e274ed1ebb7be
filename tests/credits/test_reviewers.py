"""Reviewers: read-only access to one accreditation until a given day, with a second factor."""

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from credits import actions
from credits.actions.rendering import render_certificates
from credits.models import Accreditation, Certificate, Reviewer
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from tests.admin.pages import says
from tests.admin.two_hubs import signed_in_client
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


def give(ltc: LongTermCare, people: People, *, days: int = 10, email: str = "review@accreditor.example") -> Reviewer:
    return actions.give_review(
        accreditation=ltc.record,
        name="Rita Reviewer",
        email=email,
        language="en",
        until=timezone.localdate() + dt.timedelta(days=days),
        by=people.staff,
    )


def paths(review: Reviewer) -> dict[str, str]:
    certificate = Certificate.objects.earliest("pk")
    with translation.override("en"):
        return {
            "page": reverse("review", args=(review.pk,)),
            "pack": reverse("review_pack", args=(review.pk,)),
            "file": reverse("review_certificate", args=(review.pk, certificate.public_id)),
        }


@pytest.fixture
def certified(ltc: LongTermCare) -> LongTermCare:
    ltc.attend(1, {ltc.ama: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    render_certificates()
    return ltc


def test_reviewer_reads_the_pack_and_the_certificates(certified: LongTermCare, people: People) -> None:
    review = give(certified, people)
    client = signed_in_client(review.person)
    found = paths(review)
    assert "Long-Term Care Community of Practice" in says(client.get(reverse("reviews")))
    assert "Ama Okpik" in says(client.get(found["page"]))
    assert client.get(found["file"])["Content-Type"] == "application/pdf"
    pack = client.post(found["pack"])
    assert "ledger.csv" in zipfile.ZipFile(io.BytesIO(b"".join(pack))).namelist()
    assert client.get(found["pack"]).status_code == 405


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (dt.date(2021, 12, 1), dt.date(2022, 12, 31), "Valid from December 1, 2021 to December 31, 2022."),
        (dt.date(2021, 12, 1), None, "Valid from December 1, 2021."),
        (None, dt.date(2022, 12, 31), "Valid until December 31, 2022."),
        (None, None, "Its dates of validity are not entered yet."),
    ],
)
def test_page_of_a_review_says_the_dates_that_are_known(
    ltc: LongTermCare, people: People, start: dt.date | None, end: dt.date | None, sentence: str
) -> None:
    review = give(ltc, people)
    Accreditation.objects.filter(pk=ltc.record.pk).update(valid_from=start, valid_to=end)
    assert sentence in says(signed_in_client(review.person).get(reverse("review", args=(review.pk,))))


def test_access_needs_signing_in_and_a_second_factor(certified: LongTermCare, people: People) -> None:
    review = give(certified, people)
    found = paths(review)
    without = Client()
    without.force_login(review.person, backend=settings.AUTHENTICATION_BACKENDS[0])
    for method, path in ((Client().get, found["page"]), (without.get, found["page"]), (without.post, found["pack"])):
        answer = method(path)
        assert answer.status_code == 302
    with translation.override("en"):
        assert without.get(found["page"])["Location"] == reverse("mfa_activate_totp")


def test_access_ends_after_its_day_and_when_staff_end_it(certified: LongTermCare, people: People) -> None:
    review = give(certified, people, days=0)
    client = signed_in_client(review.person)
    found = paths(review)
    assert client.get(found["page"]).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, hours=1)):
        assert Reviewer.objects.open(timezone.localdate()).count() == 0
    actions.end_review(reviewer=review, by=people.staff)
    statuses = [client.get(found["page"]).status_code, client.get(found["file"]).status_code]
    assert [*statuses, client.post(found["pack"]).status_code] == [404, 404, 404]
    assert "No accreditation is open to you." in says(client.get(reverse("reviews")))


def test_reviewer_of_one_accreditation_and_a_stranger_see_no_other(certified: LongTermCare, people: People) -> None:
    review = give(certified, people)
    found = paths(review)
    stranger = signed_in_client(people.stranger)
    before = checksums()
    assert [stranger.get(found[name]).status_code for name in ("page", "file")] == [404, 404]
    assert stranger.post(found["pack"]).status_code == 404
    assert checksums() == before


def test_staff_give_and_end_access_and_coordinators_do_not(certified: LongTermCare, people: People) -> None:
    page = reverse("admin:credits_accreditation_reviewers", args=(certified.record.pk,))
    staff, coordinator = signed_in_client(people.staff), signed_in_client(certified.by)
    until = timezone.localdate() + dt.timedelta(days=30)
    form = {"name": "Rita Reviewer", "email": "rita@accreditor.example", "language": "fr", "until": until.isoformat()}
    before = checksums()
    assert (coordinator.get(page).status_code, coordinator.post(page, form).status_code) == (404, 404)
    assert checksums() == before
    mistyped = staff.post(page, form | {"email": "rita@gmial.com"})
    assert ("Did you mean rita@gmail.com?" in says(mistyped), Reviewer.objects.exists()) == (True, False)
    assert "The reviewer gets an email in a moment." in says(staff.post(page, form, follow=True))
    review = Reviewer.objects.get()
    message = Message.objects.get(kind="review")
    assert (message.address, message.language) == ("rita@accreditor.example", "fr")
    ended = staff.post(page, {"act": "end", "reviewer": review.pk}, follow=True)
    assert "The access is ended." in says(ended)
    assert not Reviewer.objects.open(timezone.localdate()).exists()


@pytest.mark.parametrize(
    ("days", "email", "code"),
    [(-1, "a@b.example", "passed"), (400, "a@b.example", "too-long"), (10, "staff@example.org", "staff")],
)
def test_access_is_refused(certified: LongTermCare, people: People, days: int, email: str, code: str) -> None:
    assert people.staff.is_staff
    before = checksums()
    with pytest.raises(Refusal) as refused:
        give(certified, people, days=days, email=email)
    assert (refused.value.code, checksums()) == (code, before)


def test_giving_access_again_changes_the_day_of_the_same_row(certified: LongTermCare, people: People) -> None:
    first = give(certified, people)
    actions.end_review(reviewer=first, by=people.staff)
    second = give(certified, people, days=20)
    assert (second.pk, second.ended_at, Person.objects.filter(email="review@accreditor.example").count()) == (
        first.pk,
        None,
        1,
    )


def test_reviewer_and_audit_pack_have_no_certificate_of_another_record(ltc: LongTermCare, people: People) -> None:
    luc = ltc.luc
    type(luc).objects.filter(pk=luc.pk).update(profession="PHARM", licence_number="OCP 123456")
    type(ltc.record).objects.filter(pk=ltc.record.pk).update(professions=["FP", "RN"])
    type(ltc.ama).objects.filter(pk=ltc.ama.pk).update(profession="FP")
    ltc.certified(scheme="pharmacy", programme="CCCEP", category="Learning", professions=["PHARM"])
    ltc.attend(1, {ltc.ama: 60, luc: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    render_certificates()
    of_ama, of_luc = (Certificate.objects.get(person=person) for person in (ltc.ama, luc))
    review = give(ltc, people)
    client = signed_in_client(review.person)
    statuses = [
        client.get(reverse("review_certificate", args=(review.pk, row.public_id))).status_code
        for row in (of_ama, of_luc)
    ]
    assert statuses == [200, 404]
    assert luc.name not in says(client.get(paths(review)["page"]))
    pack = zipfile.ZipFile(io.BytesIO(b"".join(client.post(paths(review)["pack"]))))
    files = [name for name in pack.namelist() if name.startswith("certificates/")]
    assert files == [f"certificates/{of_ama.code}.pdf"]
    assert of_luc.code[:4] not in pack.read("certificates.csv").decode()


def test_licence_number_is_not_given_to_reviewers_of_another_record(ltc: LongTermCare, people: People) -> None:
    pharmacy = ltc.certified(scheme="pharmacy", programme="CCCEP")
    Person.objects.filter(pk=ltc.ama.pk).update(licence_number="OCP 61234")
    ltc.attend(1, {ltc.ama: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    render_certificates()
    assert Certificate.objects.get().values["licence"] == "OCP 61234"
    found = []
    for record in (ltc.record, pharmacy):
        ltc.record = record
        review = give(ltc, people, email=f"{record.scheme}@accreditor.example")
        client, here = signed_in_client(review.person), paths(review)
        pack = zipfile.ZipFile(io.BytesIO(b"".join(client.post(here["pack"]))))
        files = sum(name.endswith(".pdf") for name in pack.namelist())
        found.append(
            (client.get(here["file"]).status_code, here["file"] in client.get(here["page"]).content.decode(), files)
        )
        assert "OCP 61234" not in pack.read("certificates.csv").decode()
    assert found == [(404, False, 0), (200, True, 1)]
