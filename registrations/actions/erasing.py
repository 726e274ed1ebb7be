"""Give back the places of a person whose data is erased, and erase what forms and coordinators said about them."""

from collections import Counter
from collections.abc import Collection

from django.db.models import F, Model, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.models import Person
from echo_portal.lib.text import email_key
from registrations.actions.leaving import leave_session
from registrations.models import (
    Addition,
    AddressCorrection,
    Enrollment,
    MergeProposal,
    RegistrantList,
    Registration,
    SaidByForm,
    TeamInvitation,
)
from sessions.models import Session

ERASED_TEXT = "–"  # where a text is required
NOT_SAID = {field.name: "" for field in SaidByForm._meta.fields}


def give_up_places(*, person: Person, by: Person) -> int:
    """End the person's enrollments, and give back their places in sessions to come. Return how many there were.

    The waiting lists move. The person must already have the address of an erased person, so that only others are told.
    Locks the sessions in order of their primary keys.
    """
    now = timezone.now()
    Enrollment.objects.active().filter(person=person).update(left_at=now)
    rows = Registration.objects.active().filter(person=person, session__in=Session.objects.to_come(now))
    places = list(rows.order_by("session_id"))
    for row in places:
        leave_session(registration=row, by=by)
    return len(places)


def erase_registrations(
    *, people: Collection[int], keys: Collection[str], addresses: Collection[str]
) -> Counter[type[Model]]:
    """Erase what forms, lists and coordinators said about these people. Registrations stay, and are counted.

    Uploaded lists that are not imported are deleted if they contain one of the addresses, because their table cannot
    be changed without changing what was checked. The people are no longer among those whom an import left out. Return
    how many rows were erased.
    """
    erased: Counter[type[Model]] = Counter()
    of_addition = _additions_of_these_alone(people)
    erased[Addition] = of_addition.exclude(note_en="").update(note_en=ERASED_TEXT)
    erased[Addition] += of_addition.exclude(note_fr="").update(note_fr=ERASED_TEXT)
    RegistrantList.objects.filter(addition__in=of_addition).update(note_en="", note_fr="", file_name=ERASED_TEXT)
    _forget_left_out(addresses)
    for said in (Registration.objects.filter(person__in=people), Enrollment.objects.filter(person__in=people)):
        erased[said.model] = said.exclude(form_name="").count()
        said.update(**NOT_SAID)
    corrections = AddressCorrection.objects.filter(person__in=people)
    merges = MergeProposal.objects.filter(Q(person__in=people) | Q(other__in=people))
    invited = TeamInvitation.objects.filter(Q(lead__in=people) | Q(email_key__in=keys))
    for rows in (corrections, merges, invited, _lists_with(addresses)):
        erased[rows.model] = rows.delete()[1].get(rows.model._meta.label, 0)
    return erased


def _additions_of_these_alone(people: Collection[int]) -> QuerySet[Addition]:
    theirs = Addition.objects.filter(Q(registrations__person__in=people) | Q(enrollments__person__in=people))
    others = Q(registrations__isnull=False) & ~Q(registrations__person__in=people)
    others |= Q(enrollments__isnull=False) & ~Q(enrollments__person__in=people)
    shared = Addition.objects.filter(others).values("pk")
    return Addition.objects.filter(pk__in=list(theirs.exclude(pk__in=shared).values_list("pk", flat=True)))


def _forget_left_out(addresses: Collection[str]) -> None:
    keys = {email_key(address) for address in addresses}
    for row in RegistrantList.objects.exclude(left_out=[]).select_for_update(of=("self",)).only("left_out"):
        kept = [one for one in row.left_out if email_key(one[1]) not in keys]
        if len(kept) < len(row.left_out):
            RegistrantList.objects.filter(pk=row.pk).update(left_out=kept)


def _lists_with(addresses: Collection[str]) -> QuerySet[RegistrantList]:
    found = Q(pk=None)
    for address in addresses:
        found |= Q(text__icontains=address)
    lists = RegistrantList.objects.drafts().annotate(text=Cast(F("table"), TextField()))
    return RegistrantList.objects.filter(pk__in=list(lists.filter(found).values_list("pk", flat=True)))
