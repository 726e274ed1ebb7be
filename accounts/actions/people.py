"""Write people: create them from forms, change profiles, revoke links, close merged profiles."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.audit import record
from accounts.actions.consents import confirm_consents
from accounts.models import Person
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.text import email_key, may_be_one_name, sort_key_of
from echo_portal.lib.zones import zone_within
from echo_portal.outbox.actions import hand_over, write_in_language


@dataclasses.dataclass(frozen=True)
class Details:
    """The values of a form about a person. An empty string means that the form had no such field."""

    name: str
    email: str
    language: str
    profession: str = ""
    province: str = ""
    time_zone: str = ""


@transaction.atomic(savepoint=False)
def person_for_form(*, details: Details, signed_in: Person | None) -> tuple[Person, bool]:
    """Return the person with this address, with their row locked, and whether the row is new.

    If `signed_in` is given, that person is updated and returned. A form never changes the profile of a person who has
    proved their mailbox, unless they sent it themselves. An unproved profile gets the latest values (PRODUCT.md 1). It
    keeps its own if the form has the name of another person, because two people may share a mailbox.
    """
    if signed_in is not None:
        person = Person.objects.select_for_update(no_key=True).get(pk=signed_in.pk)
        _apply_details(person, details)
        return person, False
    new_person = Person(**dataclasses.asdict(details))
    new_person.set_unusable_password()
    new_person.email = new_person.email.strip()
    new_person.email_key = email_key(new_person.email)
    new_person.sort_key = sort_key_of(new_person.name)
    if insert_unless_there(new_person):
        return new_person, True
    person = Person.objects.at_address(new_person.email).select_for_update(no_key=True).get()
    if not person.is_proved and may_be_one_name(person.name, details.name):
        _apply_details(person, details)
    return person, False


@transaction.atomic(savepoint=False)
def person_at_address(*, email: str, name: str, language: str) -> Person:
    """Return the person with this address. If there is none, create an unproved profile with this name and language.

    An existing profile is never changed.
    """
    person = Person(name=name, email=email.strip(), email_key=email_key(email), language=language)
    person.sort_key = sort_key_of(name)
    person.set_unusable_password()
    return person if insert_unless_there(person) else Person.objects.at_address(email).get()


@transaction.atomic(savepoint=False)
def people_at_addresses(details: Sequence[Details]) -> list[Person]:
    """Return the people with these addresses, in the same order; create unproved profiles for those that are missing.

    An existing profile is never changed. The number of SQL statements does not depend on the number of people.
    """
    fresh = [Person(**dataclasses.asdict(one)) for one in details]
    for person in fresh:
        person.set_unusable_password()
        person.email = person.email.strip()
        person.email_key = email_key(person.email)
        person.sort_key = sort_key_of(person.name)
    in_order = sorted(
        fresh, key=lambda person: person.email_key
    )  # as in any other call, so that none waits for another
    Person.objects.bulk_create(in_order, ignore_conflicts=True)
    found = Person.objects.select_related("merged_into").filter(email_key__in=[one.email_key for one in fresh])
    by_key = {person.email_key: person.merged_into or person for person in found}
    return [by_key[person.email_key] for person in fresh]


def _apply_details(person: Person, details: Details) -> None:
    """Save the form's non-empty values, except the address. Queued messages are rewritten if the language changes.

    A stored time zone that the given province does not have is replaced or removed (ADR 7).
    """
    given = {name: getattr(details, name) for name in ("name", "language", "profession", "province", "time_zone")}
    changed = {name: value for name, value in given.items() if value and value != getattr(person, name)}
    if details.province:
        zone = zone_within(details.time_zone or person.time_zone, details.province)
        changed |= {"time_zone": zone} if zone != person.time_zone else {}
    if not changed:
        return
    for name, value in changed.items():
        setattr(person, name, value)
    person.save()
    if "language" in changed:
        write_in_language(person_id=person.pk, language=person.language)


@transaction.atomic
def mark_mailbox_used(*, person: Person) -> Person:
    """Record that the mailbox's owner used a link that was sent to it, which proves it; return the current row.

    Consents of forms that were sent for this address are in force from now on. Call it only for a POST, because mail
    scanners open links. Locks the person's row.
    """
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    row.mailbox_used_at = timezone.now()
    if not row.is_proved:
        row.mailbox_proved_at = row.mailbox_used_at
        record("mailbox-proved", about=f"person:{row.pk}", by=row)
    row.save(update_fields=["mailbox_proved_at", "mailbox_used_at"])
    confirm_consents(person=row, at=row.mailbox_used_at)
    return row


@transaction.atomic
def change_profile(*, person: Person, by: Person, values: dict[str, Any]) -> None:
    """Save the given profile values. The audit event contains the names of the changed fields, not the values.

    Queued messages are rewritten if the language changes. Messages that depend on the person's time zone are updated by
    the app that wrote them. Locks the person's row. If no value differs, nothing is written.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(person, name, values[name])
    person.save()
    if "language" in changed:
        write_in_language(person_id=person.pk, language=person.language)
    record("profile-changed", about=f"person:{person.pk}", by=by, details={"fields": changed})


@transaction.atomic
def revoke_links(*, person: Person, by: Person | None) -> None:
    """Revoke every personal link and feed that was sent to this person so far."""
    Person.objects.filter(pk=person.pk).update(link_version=F("link_version") + 1)
    record("links-revoked", about=f"person:{person.pk}", by=by)


@transaction.atomic
def close_merged(*, person: Person, into: Person, by: Person) -> None:
    """Close a duplicate profile: revoke its links, end its sessions, and send its unsent emails to the other person.

    An address that was used keeps leading to that person. Another one is freed, because a stranger may own it. The
    caller must lock both.
    """
    revoke_links(person=person, by=by)
    person.refresh_from_db(fields=["link_version"])
    end_sessions(person=person)
    hand_over(from_person=person.pk, to_person=into.pk, address=into.email)
    Person.objects.filter(merged_into=person).update(merged_into=into)
    person.is_active, person.merged_into = False, into
    if not person.is_proved:
        person.email = f"{person.public_id}@merged.invalid"
    person.save()
    record("profile-merged", about=f"person:{person.pk}", by=by, details={"into": into.pk})


def end_sessions(*, person: Person, except_key: str | None = None) -> int:
    """End the person's sessions in every browser, except the one with this session key; return how many ended."""
    sessions = UserSession.objects.filter(user=person)
    if except_key is not None:
        sessions = sessions.exclude(session_key=except_key)
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    return ended
