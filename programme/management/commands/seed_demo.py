"""Add people for a demonstration: a clinician with registrations and credits, two coordinators and Pallium staff."""

import dataclasses
import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.actions import Details, RepeatedForm, record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from hubs.actions import give_membership
from hubs.models import Hub, Membership, Spoke
from programme.sample_history import add_attendance, add_texts
from registrations.actions import Application, enroll
from registrations.queries.keys import find_key
from sessions.models import Series
from sessions.queries import sessions_open_for_registration

CONTACTS = {"national": "national@example.org", "bc": "bc@example.org"}
# Invented spokes of the hub of British Columbia: English name, French name.
SPOKES = (
    ("Sample: a family health team in the Kootenays", "Exemple\u00a0: une équipe de santé familiale des Kootenays"),
    ("Sample: long-term care homes in the north", "Exemple\u00a0: des foyers de soins de longue durée du Nord"),
    ("Sample: paramedics on Vancouver Island", "Exemple\u00a0: des paramédics de l’île de Vancouver"),
)
FORMS = uuid.UUID("6ad3c2a4-0a7c-4b0f-8a55-8f1b1f4c7d10")  # namespace of the form keys, which never change


@dataclasses.dataclass(frozen=True)
class SamplePerson:
    email: str
    name: str
    profession: str
    province: str
    language: str = "en"


CLINICIAN = SamplePerson("clinician@example.org", "Maïka Desrosiers", "RN", "BC")
COORDINATOR = SamplePerson("coordinator@example.org", "Jordan Leclerc", "COORD", "ON")
BC_COORDINATOR = SamplePerson("coordinator-bc@example.org", "Priya Sandhu", "COORD", "BC")
STAFF = SamplePerson("staff@example.org", "Claire Okafor", "EDU", "ON")


class Command(BaseCommand):
    help = "Adds the demonstration's people. Only with DEBUG and DEMO; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG and settings.DEMO):
            raise CommandError("Nothing was added. The demonstration's people need both DEBUG and DEMO.")
        hubs = {hub.slug: hub for hub in Hub.objects.filter(slug__in=CONTACTS)}
        if len(hubs) != len(CONTACTS):
            raise CommandError("Nothing was added. Load the programme first: load_programme programme/….toml")
        with transaction.atomic():
            for slug, address in CONTACTS.items():
                Hub.objects.filter(slug=slug, contact_email="").update(contact_email=address)
            for english, french in SPOKES:
                names = {"name_fr": french, "province": "BC"}
                Spoke.objects.get_or_create(hub=hubs["bc"], name_en=english, defaults=names)
            clinician = _person(CLINICIAN)
            coordinator, bc_coordinator = _person(COORDINATOR), _person(BC_COORDINATOR)
            give_membership(person=coordinator, hub=hubs["national"], role=Membership.Role.COORDINATOR, by=None)
            give_membership(person=bc_coordinator, hub=hubs["bc"], role=Membership.Role.COORDINATOR, by=None)
            add_sample_staff()
        # The clinician is in British Columbia, so that pages show their local time beside Eastern time.
        _register(clinician, "heart-cop", typed_key="HEART22")
        _register(clinician, "sustainability-guide")
        with transaction.atomic():
            add_texts(by=coordinator)
            add_attendance(clinician, by=coordinator)
        for sample in (CLINICIAN, COORDINATOR, BC_COORDINATOR, STAFF):
            self.stdout.write(f"{sample.email}  {sample.name}")


def _person(sample: SamplePerson) -> Person:
    """Return the person with the sample's address, creating them with a proved mailbox if there is none.

    An existing person is not changed.
    """
    person, is_new = Person.objects.get_or_create(
        email_key=sample.email,
        defaults={**dataclasses.asdict(sample), "mailbox_proved_at": timezone.now()},
    )
    if is_new:
        person.set_unusable_password()
        person.save()
    return person


def add_sample_staff() -> None:
    """Add the sample member of Pallium staff. A second call changes nothing."""
    _join_staff(_person(STAFF))


def _join_staff(person: Person) -> None:
    if not person.is_programme_staff:
        person.is_staff = person.is_programme_staff = True
        person.save()
        record("staff-joined", about=f"person:{person.pk}", by=None)


def _register(person: Person, slug: str, *, typed_key: str = "") -> None:
    """Register the person for the open sessions of the series, in the same way as the registration form.

    Nothing happens if the series is not published or if the registration is refused. A second call changes nothing,
    because the form's idempotency key is always the same.
    """
    series = Series.objects.published().filter(slug=slug).first()
    if series is None:
        return
    sessions = sessions_open_for_registration(series, timezone.now())
    application = Application(
        form_key=uuid.uuid5(FORMS, slug),
        details=Details(
            name=person.name,
            email=person.email,
            language=person.language,
            profession=person.profession,
            province=person.province,
        ),
        series=series,
        session_ids=tuple(session.pk for session in sessions),
        whole_series=bool(typed_key),
        typed_key=typed_key,
        news=False,
        page_language=person.language,
    )
    try:
        enroll(application=application, key=find_key(typed_key), signed_in=person)
    except (RepeatedForm, Refusal):
        return
