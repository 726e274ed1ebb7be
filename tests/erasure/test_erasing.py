"""After a person is erased, only the record of their credits contains a word of theirs (SAFETY.md 7, goal 27)."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.actions import Details, person_for_form
from accounts.models import AuditEvent, Consent, Person
from attendance.models import Attendance
from credits.models import Certificate, CreditEntry
from credits.queries.stale import fingerprint_of
from echo_portal.erasure.actions import erase_person
from echo_portal.erasure.reasons import Reason
from echo_portal.outbox.models import Message
from registrations.models import Enrollment, Registration
from tests.erasure.canary import ADDRESS, NAME, WORD, Canary, columns_with_the_word
from tests.erasure.columns import DELETED, ERASED, KEPT, tables
from tests.people import People

pytestmark = pytest.mark.django_db


def columns_of(listed: dict[str, str]) -> set[str]:
    found = set()
    for label, names in listed.items():
        model = tables()[label]
        found |= {f"{model._meta.db_table}.{name}" for name in names.split()}
    return found


def test_word_is_found_only_in_the_record_of_credits(found: Canary, people: People) -> None:
    assert columns_with_the_word() == columns_of(ERASED) | columns_of(KEPT), "the canary is in each column before"
    erase_person(person=found.person, by=people.staff, reason=Reason.ASKED)
    assert columns_with_the_word() == columns_of(KEPT)
    for relation in sorted(DELETED):
        label, _dot, field = relation.rpartition(".")
        rows = tables()[label]._default_manager.filter(**{f"{field}__in": [found.person, found.merged]})
        assert not rows.exists(), relation


def rows_without_the_word() -> set[tuple[str, str]]:
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (the names of our own tables)
            found |= {(table, text) for (text,) in cursor.fetchall() if WORD not in text.casefold()}
    return found


def test_rows_of_other_people_stay_as_they_were(found: Canary, people: People) -> None:
    staff, before = people.staff, rows_without_the_word()
    erase_person(person=found.person, by=staff, reason=Reason.ASKED)
    changed = Counter(table for table, _text in before - rows_without_the_word())
    # The person's own rows without words, and the registration of the person who waited for their place.
    assert changed == {
        "accounts_consent": 1,
        "credits_reviewer": 1,
        "news_recipient": 1,
        "reports_longexport": 1,
        "reports_longexportpart": 1,
        "registrations_registration": 1,
    }


def test_waiting_list_moves_and_nobody_writes_to_the_person(found: Canary, people: People) -> None:
    erase_person(person=found.person, by=people.staff, reason=Reason.ASKED)
    found.to_come.refresh_from_db()
    assert found.to_come.state == "cancelled"
    assert not Enrollment.objects.active().filter(person=found.person).exists()
    assert Registration.objects.get(person=people.luc).state == "registered"
    written = Message.objects.filter(person_id=people.luc.pk).values_list("kind", "address")
    assert ("place-from-waiting-list", people.luc.email) in written
    assert not Message.objects.filter(address__contains="erased").exists()
    assert not Message.objects.filter(person_id=found.person.pk).exists()


def page_of(certificate: Certificate) -> str:
    page = Client().get(reverse("verify_code", kwargs={"code": certificate.code})).content.decode()
    return re.sub(r'nonce="[^"]*"', "", page)


def records_of(person: Person) -> list[tuple[object, ...]]:
    """Return the attendances, the entries of the ledger and the certificates of the person, with all their values."""
    models = (Attendance, CreditEntry, Certificate)
    return [row for model in models for row in model.objects.filter(person=person).order_by("pk").values_list()]


def test_certificates_verify_and_the_ledger_stays(found: Canary, people: People) -> None:
    certificate = Certificate.objects.get(person=found.person, state="valid")
    page, records, ledger = page_of(certificate), records_of(found.person), fingerprint_of(certificate.series_id)
    assert "Z. Z." in page, "the initials"
    erase_person(person=found.person, by=people.staff, reason=Reason.ASKED)
    assert page_of(certificate) == page
    assert (records_of(found.person), fingerprint_of(certificate.series_id)) == (records, ledger)


def test_address_is_free_for_a_new_person(found: Canary, people: People) -> None:
    erase_person(person=found.person, by=people.staff, reason=Reason.ASKED)
    assert not Person.objects.at_address(ADDRESS).exists()
    details = Details(name="Zqxana Zqxova", email=ADDRESS, language="en")
    person, is_new = person_for_form(details=details, signed_in=None)
    assert (is_new, person.pk != found.person.pk, person.email) == (True, True, ADDRESS)
    assert not Attendance.objects.filter(person=person).exists()


def test_profile_keeps_what_is_counted(found: Canary, people: People) -> None:
    version = found.person.link_version
    done = erase_person(person=found.person, by=people.staff, reason=Reason.ASKED)
    person = Person.objects.get(pk=found.person.pk)
    assert (person.name, done.name) == (f"{NAME}, RN", f"{NAME}, RN"), "as certificates print it"
    assert (person.profession, person.province, person.language) == ("RN", "NU", "en")
    assert person.email == person.email_key == f"erased-{person.public_id}@erased.invalid"
    assert (person.is_active, person.is_proved, person.link_version) == (False, False, version + 1)
    assert not person.has_usable_password()
    assert str(Person.objects.get(pk=found.merged.pk)) == "Erased person"
    consent = Consent.objects.get(person=person)
    assert consent.withdrawn_at is not None


def test_audit_trail_says_who_erased_whom_without_words(found: Canary, people: People) -> None:
    erase_person(person=found.person, by=people.staff, reason=Reason.DECEASED)
    event = AuditEvent.objects.get(verb="person-erased")
    assert (event.about, event.actor_id) == (f"person:{found.person.pk}", people.staff.pk)
    profiles = [found.person.pk, found.merged.pk]
    assert event.details == {"reason": "deceased", "profiles": profiles, "name_kept": True}
