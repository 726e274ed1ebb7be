"""Actions on people: create them from forms, change profiles, revoke links, and close merged profiles."""

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
    """What a form contains about a person. An empty string means that the form has no such field."""

    name: str
    email: str
    language: str
    profession: str = ""
    province: str = ""
    time_zone: str = ""


@transaction.atomic(savepoint=False)
def person_for_form(*, details: Details, signed_in: Person | None) -> tuple[Person, bool]:
    """Return the person with the form's address, their row locked, and whether the row was created now.

    If `signed_in` is given, update and return that person instead. Otherwise the profile of a person who has proved
    their mailbox is never changed. An unproved profile gets the form's values (PRODUCT.md 1), unless the form contains
    a different person's name, because two people may share a mailbox, or none, such as the form for signing in.
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
    if not person.is_proved and details.name and may_be_one_name(person.name, details.name):
        _apply_details(person, details)
    return person, False


@transaction.atomic(savepoint=False)
def person_at_address(*, email: str, name: str, language: str) -> Person:
    """Return the person with this address, creating an unproved profile with this name and language if there is none.

    An existing profile is never changed.
    """
    person = Person(name=name, email=email.strip(), email_key=email_key(email), language=language)
    person.sort_key = sort_key_of(name)
    person.set_unusable_password()
    return person if insert_unless_there(person) else Person.objects.at_address(email).get()


@transaction.atomic(savepoint=False)
def people_at_addresses(details: Sequence[Details]) -> list[Person]:
    """Return the people with these addresses, in the same order, creating unproved profiles where there are none.

    Existing profiles are never changed. The number of SQL statements does not depend on the number of people.
    """
    fresh = [Person(**dataclasses.asdict(one)) for one in details]
    for person in fresh:
        person.set_unusable_password()
        person.email = person.email.strip()
        person.email_key = email_key(person.email)
        person.sort_key = sort_key_of(person.name)
    in_order = sorted(
        fresh, key=lambda person: person.email_key
    )  # all calls lock in the same order, so no deadlock occurs
    Person.objects.bulk_create(in_order, ignore_conflicts=True)
    found = Person.objects.select_related("merged_into").filter(email_key__in=[one.email_key for one in fresh])
    by_key = {person.email_key: person.merged_into or person for person in found}
    return [by_key[person.email_key] for person in fresh]


def _apply_details(person: Person, details: Details) -> None:
    """Save the form's non-empty values, except the address, in the profile.

    If the language changes, the person's queued messages are rewritten. A stored time zone that does not exist in the
    form's province is replaced or removed (ADR 7).
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
    """Record that the owner of the mailbox used a link that was sent to it, and return the reloaded person.

    This proves the mailbox and confirms the consents that forms recorded for its address. Call it only for a POST,
    because mail scanners open links with GET. Locks the person's row.
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
    """Save the given profile values, and record the names of the changed fields, not the values, in an audit event.

    If the language changes, the person's queued messages are rewritten. Messages that depend on the person's time zone
    are updated by the app that wrote them. If no value differs from the stored one, nothing is written. Locks the
    person's row.
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
    """Revoke all personal links and feeds that were sent to this person until now."""
    Person.objects.filter(pk=person.pk).update(link_version=F("link_version") + 1)
    record("links-revoked", about=f"person:{person.pk}", by=by)


@transaction.atomic
def close_merged(*, person: Person, into: Person, by: Person) -> None:
    """Close a duplicate profile: revoke its links, end its browser sessions, and readdress its unsent emails to `into`.

    If the mailbox of the closed profile was proved, its address leads to the person `into` from now on. Otherwise the
    address becomes free, because somebody else may own it. The caller must have locked both people.
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
    """End the person's browser sessions, except the one with the key `except_key`, and return how many were ended."""
    sessions = UserSession.objects.filter(user=person)
    if except_key is not None:
        sessions = sessions.exclude(session_key=except_key)
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    return ended
