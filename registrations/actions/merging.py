"""Propose that two profiles belong to one person, and move the places of a duplicate profile (PRODUCT.md 1)."""

import dataclasses
import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import write_messages
from registrations.actions.giving_back import cancel_place
from registrations.actions.messages import message_to
from registrations.actions.reminding import set_unproved_terms, write_reminders
from registrations.message_kinds import PROFILE_CLOSED, PROFILES_MERGED
from registrations.models import AddressCorrection, Enrollment, MergeProposal, Registration
from registrations.models.proposal import Proposal
from registrations.rules import check_can_propose_merge
from registrations.why_sent import profiles_were_two
from sessions.models import Series, Session, SessionRole

State = Registration.State
RANKS = {State.REGISTERED: 0, State.WAITING: 1, State.CANCELLED: 2}
PLACE = ("state", "waiting_number", "registered_at", "addition_id", "answered_at")


@dataclasses.dataclass(frozen=True)
class MergedPlaces:
    """How many registrations were moved, how many existed in both profiles, and the sessions with a freed place.

    `refused` are the waiting proposals about the closed profile that nobody can accept any more.
    """

    moved: int
    doubled: int
    freed: list[int]
    refused: list[Proposal]


@transaction.atomic
def propose_merge(
    *, person: Person, other: Person, names: str, series: Series, reason: str, by: Person
) -> MergeProposal:
    """Propose to merge two people of the series, and return the proposal. Nothing changes until Pallium staff decide.

    Raises Refusal if they are the same profile, if one was never in the series, or if another proposal is waiting.
    """
    people = {"person__in": [person, other]}
    places = Registration.objects.filter(session__series=series, **people).values_list("person_id", flat=True)
    enrolled = Enrollment.objects.filter(series=series, **people).values_list("person_id", flat=True)
    check_can_propose_merge(person, other, in_series={*places, *enrolled})
    first, second = sorted((person, other), key=lambda one: one.pk)
    row = MergeProposal(
        person=first,
        other=second,
        names=names[:500],
        series=series,
        reason=reason,
        proposed_at=timezone.now(),
        proposed_by=by,
    )
    if not insert_unless_there(row):
        raise Refusal(_("A proposal for these two waits already."), code="waiting")
    about = {"person": first.pk, "other": second.pk}
    record("merge-proposed", about=row.about, by=by, scope_id=series.hub_id, details=about)
    return row


@transaction.atomic
def decide_merge(*, proposal: MergeProposal, state: str, by: Person) -> MergeProposal:
    """Mark the proposal as accepted or refused. The caller merges the people. Raises Refusal if already decided."""
    rows = MergeProposal.objects.select_for_update(of=("self",)).select_related("series__hub")
    row = rows.get(pk=proposal.pk)
    if not row.is_open:
        raise Refusal(_("This was decided before."), code="decided")
    row.state, row.decided_at, row.decided_by = state, timezone.now(), by
    row.save(update_fields=["state", "decided_at", "decided_by"])
    verb = "merge-accepted" if state == MergeProposal.State.ACCEPTED else "merge-refused"
    record(verb, about=row.about, by=by, scope_id=row.series.hub_id, details={"person": row.person_id})
    return row


def merge_places(*, kept: Person, gone: Person, by: Person, now: dt.datetime) -> MergedPlaces:
    """Move the places, enrollments and roles of `gone` to `kept`.

    If both have a place in a session, keep the better one.

    No email is written. The caller must have locked both people, and must afterwards promote waiting people in the
    sessions in `freed`. Locks the sessions by ascending primary key.
    """
    theirs = Registration.objects.filter(person=gone)
    sessions = Session.objects.filter(pk__in=theirs.values("session")).order_by("pk")
    list(sessions.select_for_update(no_key=True).values_list("pk"))
    enrollments = _merge_enrollments(kept, gone, now)
    rows = Registration.objects.filter(session__in=sessions).select_related("person", "session__series__hub")
    own = {row.session_id: row for row in rows.filter(person=kept).select_for_update(of=("self",))}
    moved, doubled, freed, renewed = 0, 0, [], []
    for row in rows.filter(person=gone).order_by("pk").select_for_update(of=("self",)):
        enrollment = enrollments.get(row.enrollment_id or 0)
        mine = own.get(row.session_id)
        if mine is None:
            row.person, row.enrollment = kept, enrollment
            row.save(update_fields=["person", "enrollment"])
            moved += 1
            continue
        doubled += 1
        if row.state == State.CANCELLED:
            continue
        if RANKS[State(row.state)] < RANKS[State(mine.state)]:
            _take_place(mine, row, enrollment, by=by, now=now)
            renewed.append(mine)
        else:
            freed += [row.session_id] if row.state == State.REGISTERED else []
            cancel_place(row, by=by, now=now)
    set_unproved_terms(renewed, now)
    for mine in renewed:
        mine.save()
    write_reminders(renewed)
    _merge_roles(kept, gone)
    return MergedPlaces(moved, doubled, freed, _refuse_proposals(gone, by=by, now=now))


def _refuse_proposals(gone: Person, *, by: Person, now: dt.datetime) -> list[Proposal]:
    """Refuse all waiting proposals about the profile that is closed, with an audit event for each. Return them."""
    corrections = AddressCorrection.objects.open().filter(person=gone)
    merges = MergeProposal.objects.open().filter(Q(person=gone) | Q(other=gone))
    refused: list[Proposal] = []
    for verb, rows in (("address-refused", corrections), ("merge-refused", merges)):
        for row in rows.select_related("series__hub").select_for_update(of=("self",)).order_by("pk"):
            row.state, row.decided_at, row.decided_by = Proposal.State.REFUSED, now, by
            row.save(update_fields=["state", "decided_at", "decided_by"])
            record(verb, about=row.about, by=by, scope_id=row.series.hub_id, details={"person": row.person_id})
            refused.append(row)
    return refused


def _take_place(
    mine: Registration, theirs: Registration, enrollment: Enrollment | None, *, by: Person, now: dt.datetime
) -> None:
    """Give `mine` the place of `theirs`, which is cancelled first.

    Otherwise, two rows would have the same waiting number.
    """
    place = {name: getattr(theirs, name) for name in PLACE}
    revision = max(mine.revision, theirs.revision) + 1
    cancel_place(theirs, by=by, now=now)
    for name, value in place.items():
        setattr(mine, name, value)
    mine.take_from(theirs)
    mine.enrollment = enrollment or mine.enrollment
    mine.cancelled_at = mine.cancelled_by = None
    mine.was_waiting, mine.changed_at, mine.revision = False, now, revision


def _merge_enrollments(kept: Person, gone: Person, now: dt.datetime) -> dict[int, Enrollment]:
    """Merge the enrollments. Return the enrollment of `kept` in the same series by ID of each enrollment of `gone`."""
    own = {row.series_id: row for row in Enrollment.objects.select_for_update().filter(person=kept)}
    found = {}
    for row in Enrollment.objects.select_for_update().filter(person=gone).order_by("pk"):
        mine = own.get(row.series_id)
        if mine is None:
            row.person = kept
            row.save(update_fields=["person"])
            found[row.pk] = row
            continue
        if row.left_at is None:
            if mine.left_at is not None:
                mine.enrolled_at, mine.left_at = row.enrolled_at, None
                mine.enrollment_key, mine.covers_later_sessions = row.enrollment_key, row.covers_later_sessions
            mine.covers_later_sessions |= row.covers_later_sessions
            mine.save()
            row.left_at = now
            row.save(update_fields=["left_at"])
        found[row.pk] = mine
    return found


def _merge_roles(kept: Person, gone: Person) -> None:
    own = set(SessionRole.objects.filter(person=kept).values_list("session", "role"))
    for row in SessionRole.objects.filter(person=gone):
        if (row.session_id, row.role) in own:
            row.delete()
        else:
            row.person = kept
            row.save(update_fields=["person"])


def tell_merged(*, kept: Person, gone: Person) -> None:
    """Write an email to the kept person and, if it was used, to the other mailbox, that the profiles were merged."""
    last = Registration.objects.filter(person=kept).select_related("session__series__hub").order_by("-pk").first()
    if last is None:
        return
    series = last.session.series
    messages = [
        message_to(
            kept,
            kind=kind,
            key=f"{gone.pk}",
            series=series,
            about=f"person:{kept.pk}",
            why=profiles_were_two(),
            payload={"series": series.pk},
        )
        for kind in (PROFILES_MERGED, *((PROFILE_CLOSED,) if gone.is_proved else ()))
    ]
    messages[1:] = [dataclasses.replace(message, address=gone.email) for message in messages[1:]]
    write_messages(messages)
