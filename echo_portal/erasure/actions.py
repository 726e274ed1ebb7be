"""Erase a person in all rooms, in one transaction, and show what this would do."""

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from accounts.actions import erase_profile, erase_sign_in_traces, record
from accounts.models import Person
from attendance.actions import erase_evidence
from attendance.models import AttendanceRow
from credits.models import Reviewer
from echo_portal.erasure.kept import kept_rows, kept_until
from echo_portal.erasure.reasons import Reason
from echo_portal.erasure.rules import check_can_erase, check_is_no_contact
from echo_portal.lib.text import bare_words, email_key
from echo_portal.outbox.erasing import erase_messages
from echo_portal.reports.models import LongExport
from news.actions import erase_news
from proposals.actions import erase_inquiries, inquiries_that_name
from proposals.models import CoAuthor, Inquiry
from registrations.actions import erase_registrations, give_up_places
from registrations.models import AddressCorrection, Enrollment, Registration, TeamInvitation
from sessions.models import SessionRole


@dataclasses.dataclass(frozen=True)
class Erased:
    """What was erased and what is kept, as numbers of rows by model.

    `name` is the name that is kept until `until`, or "" without a record of credits that is younger than seven years.
    """

    erased: dict[type[Model], int]
    kept: dict[type[Model], int]
    places: int
    profiles: int
    name: str
    until: dt.datetime | None

    @property
    def until_on(self) -> dt.date | None:
        return timezone.localdate(self.until) if self.until else None


@transaction.atomic
def erase_person(*, person: Person, by: Person, reason: Reason) -> Erased:
    """Erase all that is stored about the person and the profiles that were merged into theirs, except what is kept.

    Records of attendance, credits and certificates are kept, with the name as certificates print it, until seven years
    after the newest one. Rows that are counted stay without words. The person is told nothing; people on waiting lists
    who get a place are told as usual. Locks the profiles, then the sessions to come in which they have a place. Raises
    Refusal in the cases of `check_can_erase`, so also on a second call.
    """
    rows = Person.objects.get_queryset().select_for_update(no_key=True)
    profiles = list(rows.filter(Q(pk=person.pk) | Q(merged_into=person.pk)).order_by("pk"))
    person = next(row for row in profiles if row.pk == person.pk)
    check_can_erase(person, by=by)
    people = [row.pk for row in profiles]
    addresses = _addresses(profiles)
    keys = {email_key(address) for address in addresses}
    check_is_no_contact(keys)
    names = _names(profiles, keys)
    mentioned_in = _objects_that_name(people, keys)
    until = kept_until(people)
    keeps_name = until is not None and until > timezone.now()
    name = (person.certificate_name or person.name) if keeps_name else ""

    done: Counter[type[Model]] = Counter()
    for row in profiles:
        done += erase_profile(person=row, name=name if row.pk == person.pk else "")
    places = sum(give_up_places(person=row, by=by) for row in profiles)
    done += erase_registrations(people=people, keys=keys, addresses=addresses)
    done += erase_evidence(people=people, keys=keys, names=names)
    done += erase_inquiries(people=people, by=by)
    done += erase_news(people=people)
    done += erase_sign_in_traces(keys=keys)
    done += _delete_acts(people)
    done += erase_messages(people=people, keys=keys, mentioned_in=mentioned_in)
    done[LogEntry] += _erase_log(people, {*names, *addresses})
    facts = {"reason": Reason(reason).value, "profiles": people, "name_kept": keeps_name}
    record("person-erased", about=f"person:{person.pk}", by=by, details=facts)
    return Erased(dict(+done), dict(+kept_rows(people)), places, len(profiles), name, until if keeps_name else None)


def erasure_preview(*, person: Person, by: Person, reason: Reason = Reason.ASKED) -> Erased:
    """Erase the person in a transaction that is rolled back, and return what it did. Raises Refusal as it does."""
    with transaction.atomic():
        try:
            return erase_person(person=person, by=by, reason=reason)
        finally:
            transaction.set_rollback(True)


def _addresses(profiles: Iterable[Person]) -> set[str]:
    """Return all addresses of these people, also earlier ones, except those that belong to somebody else now."""
    people = [row.pk for row in profiles]
    found = {row.email for row in profiles}
    found |= set(EmailAddress.objects.filter(user__in=people).values_list("email", flat=True))
    corrected = AddressCorrection.objects.filter(person__in=people, state=AddressCorrection.State.ACCEPTED)
    found |= set(corrected.values_list("old_address", flat=True))
    keys = {email_key(address) for address in found}
    others = Person.objects.get_queryset().exclude(pk__in=people).filter(email_key__in=keys)
    taken = set(others.values_list("email_key", flat=True))
    return {address for address in found if email_key(address) not in taken}


def _names(profiles: Iterable[Person], keys: Collection[str]) -> set[str]:
    """Return the full names under which forms, coordinators and reports know these people."""
    people = [row.pk for row in profiles]
    found = {name for row in profiles for name in (row.name, row.certificate_name)}
    for rows, column in (
        (Registration.objects.filter(person__in=people), "form_name"),
        (Enrollment.objects.filter(person__in=people), "form_name"),
        (SessionRole.objects.filter(person__in=people), "name"),
        (Inquiry.objects.filter(person__in=people), "name"),
        (CoAuthor.objects.filter(person__in=people), "name"),
        (TeamInvitation.objects.filter(email_key__in=keys), "name"),
        (AttendanceRow.objects.filter(person__in=people), "name"),
    ):
        found |= set(rows.values_list(column, flat=True))
    return {name for name in found if name}


def _objects_that_name(people: Collection[int], keys: Collection[str]) -> list[str]:
    """Return what messages to other people are about if they name these people."""
    invitations = TeamInvitation.objects.filter(Q(lead__in=people) | Q(email_key__in=keys))
    inquiries = [f"inquiry:{pk}" for pk in inquiries_that_name(people)]
    return [*inquiries, *(row.about for row in invitations), *(f"person:{pk}" for pk in people)]


def _delete_acts(people: Collection[int]) -> Counter[type[Model]]:
    """Delete the roles in sessions, ended accesses of a reviewer, and exports of these people."""
    done: Counter[type[Model]] = Counter()
    for rows in (
        SessionRole.objects.filter(person__in=people),
        Reviewer.objects.filter(person__in=people),
        LongExport.objects.filter(owner__in=people),
    ):
        done[rows.model] = rows.delete()[1].get(rows.model._meta.label, 0)
    return done


def _erase_log(people: Collection[int], texts: Collection[str]) -> int:
    """Empty the lines of Django's own history that are about these profiles or contain one of these texts.

    A text of one word, such as a first name, is not searched for: it could be part of anything.
    """
    of_person = {"content_type__app_label": "accounts", "content_type__model": "person"}
    found = Q(**of_person, object_id__in=[str(pk) for pk in people])
    for text in texts:
        if "@" in text or len(bare_words(text)) > 1:
            found |= Q(object_repr__icontains=text) | Q(change_message__icontains=text)
    return LogEntry.objects.filter(found).update(object_repr="", change_message="")
