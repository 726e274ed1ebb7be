"""Merge two profiles of one person: places, attendance, credits, certificates, mailboxes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import Details, people_at_addresses, person_at_address, person_for_form
from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent, Person
from attendance import actions as attending
from attendance.models import Attendance, AttendanceRequest
from credits import actions
from credits.models import Certificate, CreditEntry, Reviewer
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from evaluations.models import Evaluation, Invitation
from registrations.actions import AnnouncementTexts, write_to_series
from registrations.models import Registration
from sessions.models import Session
from tests.attendance.held_session import register
from tests.builders import Programme, enroll
from tests.credits.ltc import LongTermCare
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db


@pytest.fixture
def twice(people: People) -> Person:
    """Return a second profile of Ama, with another address."""
    return people.make("ama.okpik@work.example", "A. Okpik", mailbox_used_at=timezone.now())


def merge(kept: Person, gone: Person, people: People) -> actions.Merged:
    return actions.merge_people(kept=kept, gone=gone, by=people.staff)


def credits_by_session(ltc: LongTermCare, person: Person) -> dict[int, Decimal]:
    return {number: total for number, total in ltc.credits(person).items() if total}


def test_a_session_attended_under_both_profiles_counts_once(ltc: LongTermCare, people: People, twice: Person) -> None:
    for number in (1, 2, 3):
        register(twice, ltc.sessions[number - 1])
    ltc.attend(1, {ltc.ama: 60})
    ltc.attend(2, {ltc.ama: 30, twice: 60})
    ltc.attend(3, {twice: 60})
    assert ltc.credits(ltc.ama) == {1: Decimal(1), 2: Decimal("0.5")}
    assert ltc.credits(twice) == {2: Decimal(1), 3: Decimal(1)}
    merged = merge(ltc.ama, twice, people)
    assert [merged.kept_before, merged.gone_before, merged.kept_after] == [Decimal("1.5"), Decimal(2), Decimal(3)]
    assert credits_by_session(ltc, ltc.ama) == {1: Decimal(1), 2: Decimal(1), 3: Decimal(1)}
    assert credits_by_session(ltc, twice) == {}
    assert not Attendance.objects.filter(person=twice).exists()
    assert sum(CreditEntry.objects.filter(person=twice).values_list("credits", flat=True)) == 0


def test_maximum_of_the_series_holds_for_the_person_and_not_for_each_profile(
    ltc: LongTermCare, people: People, twice: Person
) -> None:
    for number, session in enumerate(ltc.sessions, start=1):
        register(twice, session)
        ltc.attend(number, {ltc.ama if number <= 7 else twice: 60})
    assert merge(ltc.ama, twice, people).kept_after == 12


def test_certificate_of_the_closed_profile_gets_a_successor(ltc: LongTermCare, people: People, twice: Person) -> None:
    register(twice, ltc.sessions[2])
    ltc.attend(3, {twice: 60})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    old = Certificate.objects.get(person=twice)
    merged = merge(ltc.ama, twice, people)
    old.refresh_from_db()
    new = Certificate.objects.valid().get()
    assert (old.state, new.person, new.replaces) == ("replaced", ltc.ama, old)
    assert (new.values["name"], merged.certificates_replaced, merged.certificates_revoked) == ("Ama Okpik", 1, 0)


def test_of_two_certificates_one_is_replaced_and_the_other_revoked(
    ltc: LongTermCare, people: People, twice: Person
) -> None:
    register(twice, ltc.sessions[2])
    ltc.attend(3, {twice: 60, ltc.ama: 30})
    actions.issue_certificates(series=ltc.series, by=ltc.by)
    merged = merge(ltc.ama, twice, people)
    assert (merged.certificates_replaced, merged.certificates_revoked) == (1, 1)
    revoked = Certificate.objects.get(person=twice)
    assert (revoked.state, revoked.revoked_because) == (
        "revoked",
        "The profile was merged with another one of the same person.",
    )
    assert Certificate.objects.valid().get().person == ltc.ama


def test_people_without_the_session_in_common_keep_every_place(
    programme: Programme, people: People, twice: Person
) -> None:
    series, (first, second, third) = programme.open_series(sessions=3)
    enroll(people.ama, series, first, second)
    enroll(twice, series, second, third)
    merged = merge(people.ama, twice, people)
    assert (merged.places.moved, merged.places.doubled) == (1, 1)
    active = Registration.objects.active().order_by("session__number").values_list("person", "session")
    assert list(active) == [(people.ama.pk, session.pk) for session in (first, second, third)]
    unsent = Message.objects.unsent()
    assert set(unsent.exclude(kind="profile-closed").values_list("address", flat=True)) == {people.ama.email}
    assert not unsent.filter(about=f"registration:{Registration.objects.get(person=twice).pk}", kind__contains="rem")


def test_merging_keeps_the_better_place_and_frees_the_other_for_the_waiting_list(
    programme: Programme, people: People, twice: Person
) -> None:
    series, _sessions = programme.open_series(sessions=2)
    Session.objects.update(capacity=2)
    full, left = Session.objects.order_by("number")
    enroll(people.ama, series, full, left)
    enroll(twice, series, full, left)
    enroll(people.luc, series, full)
    Registration.objects.filter(person=people.ama, session=left).update(state="cancelled", cancelled_at=timezone.now())
    assert Registration.objects.get(person=people.luc).state == "waiting"
    merge(people.ama, twice, people)
    states = Registration.objects.values_list("person", "session", "state").order_by("person", "session")
    assert set(states) == {
        (people.ama.pk, full.pk, "registered"),
        (people.ama.pk, left.pk, "registered"),
        (twice.pk, full.pk, "cancelled"),
        (twice.pk, left.pk, "cancelled"),
        (people.luc.pk, full.pk, "registered"),
    }


def test_both_addresses_lead_to_the_person_and_old_links_do_not(
    programme: Programme, people: People, twice: Person, client: Client
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    enroll(twice, series, session)
    link = token_for(twice, MANAGE)
    merge(people.ama, twice, people)
    for address in (people.ama.email, twice.email, "AMA.Okpik@work.example"):
        details = Details(name="X", email=address, language="en")
        assert Person.objects.at_address(address).get() == people.ama
        assert person_for_form(details=details, signed_in=None) == (people.ama, False)
        assert person_at_address(email=address, name="X", language="en") == people.ama
        assert people_at_addresses([details]) == [people.ama]
    assert client.get(reverse("confirm_address", args=(link,))).status_code == 410
    kinds = Message.objects.filter(kind__startswith="profile").values_list("kind", "address")
    assert set(kinds) == {("profiles-merged", people.ama.email), ("profile-closed", "ama.okpik@work.example")}


def test_address_that_nobody_used_is_free_again(programme: Programme, people: People) -> None:
    typo = people.make("ama@exmaple.org", "Ama Okpik", proved=False)
    merge(people.ama, typo, people)
    assert not Person.objects.at_address("ama@exmaple.org").exists()
    stranger = person_at_address(email="ama@exmaple.org", name="Stranger", language="en")
    assert stranger not in (people.ama, typo)
    assert list(Message.objects.filter(kind="profile-closed")) == []


def test_address_of_the_closed_profile_in_a_report_is_matched_to_the_person(
    ltc: LongTermCare, people: People, twice: Person
) -> None:
    merge(ltc.ama, twice, people)
    session = ltc.sessions[0]
    data = ltc.report(session, {twice: 60})
    draft = attending.upload_report(
        session=session, file_name="report.csv", data=data, zone="America/Toronto", by=ltc.by
    )
    attending.import_report(report=draft, sha256=draft.sha256, by=ltc.by)
    assert Attendance.objects.get().person == ltc.ama


def test_requests_and_invitations_move_and_are_not_doubled(ltc: LongTermCare, people: People, twice: Person) -> None:
    session = ltc.sessions[0]
    for person in (ltc.ama, twice):
        AttendanceRequest.objects.create(person=person, session=session, asked_at=timezone.now())
    now = timezone.now()
    evaluation = Evaluation.objects.create(session=session, opened_at=now, closes_at=now + dt.timedelta(days=14))
    Invitation.objects.create(evaluation=evaluation, person=ltc.ama, has_answered=False)
    Invitation.objects.create(evaluation=evaluation, person=twice, has_answered=True)
    merge(ltc.ama, twice, people)
    assert [row.person for row in AttendanceRequest.objects.all()] == [ltc.ama]
    assert [(row.person, row.has_answered) for row in Invitation.objects.all()] == [(ltc.ama, True)]


def test_an_unsent_email_that_both_profiles_get_leaves_once(
    programme: Programme, people: People, twice: Person
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    rows = [*enroll(people.ama, series, session), *enroll(twice, series, session), *enroll(people.luc, series, session)]
    texts = AnnouncementTexts("About it", "À ce sujet", "Text", "Texte")
    ids = [row.pk for row in rows]
    write_to_series(series=series, registration_ids=ids, texts=texts, counted=3, by=people.staff)
    merge(people.ama, twice, people)
    unsent = Message.objects.unsent().filter(kind="announcement").values_list("address", flat=True)
    assert sorted(unsent) == ["ama@example.org", "luc@example.org"]


def test_email_that_failed_for_the_kept_address_still_goes_to_the_person(
    programme: Programme, people: People, twice: Person
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    rows = [*enroll(people.ama, series, session), *enroll(twice, series, session)]
    texts = AnnouncementTexts("About it", "À ce sujet", "Text", "Texte")
    write_to_series(series=series, registration_ids=[row.pk for row in rows], texts=texts, counted=2, by=people.staff)
    Message.objects.filter(kind="announcement", person_id=people.ama.pk).update(state="failed")
    merge(people.ama, twice, people)
    unsent = Message.objects.unsent().get(kind="announcement")
    assert (unsent.person_id, unsent.address) == (people.ama.pk, people.ama.email)


def test_access_as_a_reviewer_moves_to_the_person(ltc: LongTermCare, people: People, twice: Person) -> None:
    until = timezone.localdate() + dt.timedelta(days=9)
    review = actions.give_review(
        accreditation=ltc.record, name="A", email=twice.email, language="en", until=until, by=people.staff
    )
    merge(ltc.ama, twice, people)
    assert [row.pk for row in Reviewer.objects.open(timezone.localdate()).filter(person=ltc.ama)] == [review.pk]


def test_merging_is_refused_for_roles_used_mailboxes_and_a_second_time(
    programme: Programme, people: People, twice: Person
) -> None:
    coordinator = people.coordinator(programme.bc)
    assert (people.staff.is_pallium_staff, people.ama.is_proved) == (True, True)
    unused = people.make("ama@elsewhere.example", "Ama", proved=False)
    before = checksums()
    for kept, gone, code in (
        (people.ama, people.ama, "same"),
        (people.ama, coordinator, "has-role"),
        (unused, people.ama, "unproved"),
    ):
        with pytest.raises(Refusal) as refused:
            merge(kept, gone, people)
        assert refused.value.code == code
    assert checksums() == before
    merge(people.ama, twice, people)
    before = checksums()
    with pytest.raises(Refusal) as refused:
        merge(people.ama, twice, people)
    assert (refused.value.code, checksums()) == ("closed", before)
    assert AuditEvent.objects.filter(verb="people-merged").count() == 1
