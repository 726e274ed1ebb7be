"""The name of an erased person, and their certificates, are kept for seven years after the newest record."""

import datetime as dt
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Person
from credits.actions import delete_certificates
from credits.codes import new_code
from credits.models import Certificate
from echo_portal.erasure.actions import erase_person
from echo_portal.erasure.reasons import Reason
from echo_portal.erasure.retention import Expired, erase_expired
from tests.builders import Programme
from tests.people import People
from tests.tables import checksums

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=366)


def certified(programme: Programme, person: Person, *, years: int) -> Certificate:
    """Return a certificate that was issued years ago and replaced a still older one."""
    series = programme.series(f"series-{person.pk}")
    values = {"name": person.name}
    issued = {"person": person, "series": series, "language": "en", "values": values}
    at = timezone.now() - years * YEAR
    old = Certificate.objects.create(code=new_code(), state="replaced", issued_at=at - YEAR, replaced_at=at, **issued)
    return Certificate.objects.create(code=new_code(), issued_at=at, replaces=old, **issued)


def erase(person: Person, by: Person, *, years_ago: int = 0) -> Person:
    with time_machine.travel(timezone.now() - years_ago * YEAR):
        erase_person(person=person, by=by, reason=Reason.ASKED)
    return Person.objects.get(pk=person.pk)


def test_name_and_certificates_are_erased_after_seven_years(programme: Programme, people: People) -> None:
    for person, years in ((people.ama, 8), (people.luc, 6), (people.stranger, 8)):
        certified(programme, person, years=years)
    old = erase(people.ama, people.staff, years_ago=2)
    recent = erase(people.luc, people.staff)
    assert (old.name, recent.name) == ("Ama Okpik", "Luc Bélanger")
    before = checksums()
    assert erase_expired(now=timezone.now(), dry_run=True) == Expired(people=1, certificates=2)
    assert checksums() == before
    assert erase_expired(now=timezone.now()) == Expired(people=1, certificates=2)
    assert dict(Person.objects.filter(pk__in=[old.pk, recent.pk]).values_list("pk", "name")) == {
        old.pk: "",
        recent.pk: "Luc Bélanger",
    }
    kept = set(Certificate.objects.values_list("person", flat=True))
    assert kept == {people.luc.pk, people.stranger.pk}, "not those of people who asked for nothing"
    event = AuditEvent.objects.get(verb="kept-name-erased")
    assert (event.about, event.details) == (f"person:{old.pk}", {"certificates": 2})
    assert erase_expired(now=timezone.now()) == Expired(people=0, certificates=0)


def test_certificates_without_a_kept_name_are_deleted(programme: Programme, people: People) -> None:
    certified(programme, people.ama, years=8)
    assert erase(people.ama, people.staff).name == ""
    assert erase_expired(now=timezone.now()) == Expired(people=1, certificates=2)


def test_database_refuses_to_delete_other_certificates(programme: Programme, people: People) -> None:
    certified(programme, people.ama, years=8)
    certified(programme, people.luc, years=6)
    erase(people.luc, people.staff)
    for person in (people.ama, people.luc):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            delete_certificates(people=[person.pk])
    assert Certificate.objects.count() == 4


def test_command_says_how_many_before_it_erases_them(programme: Programme, people: People) -> None:
    certified(programme, people.ama, years=8)
    erase(people.ama, people.staff, years_ago=2)
    for arguments, said in (
        (["--dry-run"], "to erase: 1 names, 2 certificates\n"),
        ([], "erased: 1 names, 2 certificates\n"),
        (["--dry-run"], "to erase: 0 names, 0 certificates\n"),
    ):
        output = StringIO()
        call_command("erase_expired", *arguments, stdout=output)
        assert output.getvalue() == said
