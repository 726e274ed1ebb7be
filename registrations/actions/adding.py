"""Register people in a series as a coordinator, and undo this while its emails are unsent (ADR 27)."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import Case, F, When
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Details, people_at_addresses, record
from accounts.models import Person
from accounts.throttles import ADDITIONS_PER_MAILBOX, mailbox_of
from echo_portal.lib.database import database_now
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import NewMessage, withdraw, write_messages
from echo_portal.outbox.models import Message
from registrations import rules
from registrations.actions.enrolling import lock_chosen_sessions, said_by_form
from registrations.actions.giving_back import OF_A_PLACE
from registrations.actions.messages import message_to
from registrations.actions.places import place_for, promote_waiting
from registrations.actions.reminding import set_unproved_terms, write_reminders
from registrations.drop_reasons import DropReason
from registrations.message_kinds import ADDED
from registrations.models import Addition, Enrollment, Registration, SaidByForm
from registrations.queries.people import only_waits, people_who_left
from registrations.queries.places import NONE_TAKEN, Taken, places_taken
from registrations.why_sent import hub_added
from sessions.models import Series, Session

State = Registration.State
SAID_FIELDS = [field.name for field in SaidByForm._meta.fields]
AT_ONCE = 500  # people, so that the memory that is needed does not grow with a list
REGISTERED_ALREADY, SAID_NO, TOO_MANY_EMAILS = "registered", "said-no", "too-many-emails"


@dataclasses.dataclass(frozen=True)
class Added:
    """What `add_people` did. `rows` are the registrations of the people who were added.

    `given` are the addresses with which they were added; a profile that was merged has another one now. `left_out` maps
    the addresses of the other people to a code for the reason, in the order in which they were given.
    """

    addition: Addition
    rows: list[Registration]
    people: list[Person]
    given: list[str]
    left_out: dict[str, str]

    @property
    def seen(self) -> str:
        """The numbers of people, places and places on waiting lists, which a preview displays and its button sends."""
        states = [row.state for row in self.rows]
        return f"{len(self.people)} {states.count(State.REGISTERED)} {states.count(State.WAITING)}"


@dataclasses.dataclass
class _Guest:
    """A person to add, with what the coordinator said about them, and what was changed for them."""

    person: Person
    said: SaidByForm
    address: str
    enrollment: Enrollment | None = None
    is_enrolled_anew: bool = False
    rows: list[Registration] = dataclasses.field(default_factory=list)

    @property
    def is_changed(self) -> bool:
        return bool(self.rows) or self.is_enrolled_anew


@transaction.atomic
def add_people(
    *,
    series: Series,
    session_ids: Sequence[int],
    whole_series: bool,
    people: Sequence[Details],
    note_en: str,
    note_fr: str,
    by: Person,
    progress: Callable[[int], None] | None = None,
) -> Added:
    """Register these people in sessions of a series, write one email to each, and return what was done.

    The emails say who registered them and why, and are due after five minutes. No consent is stored, because people
    give it when they answer. All addresses must differ. Places are assigned in the order of the people. Sessions in
    which a person gave up their place themselves are skipped. People for whom nothing would change are returned with
    the reason. Locks the enrollments, then the sessions with a limit of places. The number of SQL statements depends
    on the number of batches of people. `progress` is called with the number of people who were processed.

    Raises Refusal if the series or a session is not open, if there is no reason, or if nobody can be added.
    """
    now = timezone.now()
    rules.check_series_open(series)
    if not (note_en or note_fr):
        raise Refusal(_("Write why, in at least one language."), code="no-reason", field="note_en")
    mailboxes = {one.email: f"{series.hub_id} {mailbox_of(one.email)}" for one in people}
    over = ADDITIONS_PER_MAILBOX.over(mailboxes.values())
    left_out = {email: TOO_MANY_EMAILS for email, mailbox in mailboxes.items() if mailbox in over}
    details = [one for one in people if one.email not in left_out]
    found = people_at_addresses(details)
    gone = people_who_left(series, found)
    left_out |= {one.email: SAID_NO for one, person in zip(details, found, strict=True) if person.pk in gone}
    guests = [
        _Guest(person, said_by_form(one), one.email)
        for one, person in zip(details, found, strict=True)
        if person.pk not in gone
    ]
    addition = Addition.objects.create(
        series=series, note_en=note_en, note_fr=note_fr, added_at=now, added_by=by, send_at=now
    )
    if whole_series or series.needs_key:
        _enroll(guests, addition, covers_later=whole_series, now=now)
    sessions = lock_chosen_sessions(series, session_ids, now)
    gave_up: set[int] = set()
    taken = places_taken(sessions)
    done = len(people) - len(guests)
    for batch in itertools.batched(guests, AT_ONCE, strict=False):
        gave_up |= _register(batch, sessions, addition, taken, now)
        done += len(batch)
        if progress is not None:
            progress(done)
    changed = [guest for guest in guests if guest.is_changed]
    left_out |= {
        guest.address: SAID_NO if guest.person.pk in gave_up else REGISTERED_ALREADY
        for guest in guests
        if not guest.is_changed
    }
    if not changed:
        raise Refusal(_not_added(left_out.values()), code="nobody", field="email")
    addition.people = len(changed)
    addition.send_at = rules.send_at(*sessions, made_at=database_now(), now=now)
    addition.save(update_fields=["people", "send_at"])
    for batch in itertools.batched(changed, AT_ONCE, strict=False):
        write_messages(_message(guest, series, addition) for guest in batch)
        if progress is not None:
            progress(done)
    facts = {"addition": addition.pk, "people": len(changed)}
    record("people-added", about=f"series:{series.pk}", by=by, scope_id=series.hub_id, details=facts)
    record("people-added", about=addition.about, by=by, scope_id=series.hub_id, details=facts)
    rows = [row for guest in changed for row in guest.rows]
    in_order = {one.email: left_out[one.email] for one in people if one.email in left_out}
    given = [guest.address for guest in changed]
    return Added(addition, rows, [guest.person for guest in changed], given, in_order)


def _enroll(guests: Sequence[_Guest], addition: Addition, *, covers_later: bool, now: dt.datetime) -> None:
    """Enroll the guests in the series. If a person left the series before, their earlier enrollment is used again."""
    fresh = []
    for guest in sorted(guests, key=lambda guest: guest.person.pk):
        row = Enrollment(
            person=guest.person,
            series=addition.series,
            covers_later_sessions=covers_later,
            enrolled_at=now,
            addition=addition,
        )
        row.take_from(guest.said)
        fresh.append(row)
    Enrollment.objects.bulk_create(fresh, ignore_conflicts=True)
    people = [guest.person.pk for guest in guests]
    stored = Enrollment.objects.filter(series=addition.series, person__in=people).order_by("pk")
    by_person = {row.person_id: row for row in stored.select_for_update(no_key=True)}
    again = []
    for guest in guests:
        row = guest.enrollment = by_person[guest.person.pk]
        if row.addition_id == addition.pk:
            guest.is_enrolled_anew = True
        elif row.left_at is not None or (covers_later and not row.covers_later_sessions):
            guest.is_enrolled_anew = True
            if row.left_at is not None:
                row.left_at, row.enrolled_at, row.addition = None, now, addition
                row.take_from(guest.said)
            row.covers_later_sessions = covers_later
            again.append(row)
    fields = ["left_at", "enrolled_at", "addition", "covers_later_sessions", *SAID_FIELDS]
    Enrollment.objects.bulk_update(again, fields)


def _register(
    guests: Sequence[_Guest],
    sessions: Sequence[Session],
    addition: Addition,
    taken: dict[int, Taken],
    now: dt.datetime,
) -> set[int]:
    """Register the guests for the sessions. Return the IDs of people who gave up one of these places themselves.

    The places are added to `taken`. The caller must have locked the sessions with a limit of places.
    """
    stored = Registration.objects.filter(session__in=sessions, person__in=[guest.person.pk for guest in guests])
    known = {(row.person_id, row.session_id): row for row in stored.order_by("pk").select_for_update()}
    fresh: list[Registration] = []
    again: list[Registration] = []
    gave_up: set[int] = set()
    for guest in guests:
        for session in sessions:
            row = known.get((guest.person.pk, session.pk))
            if row is not None and row.state != State.CANCELLED:
                continue
            if row is not None and row.given_up == "left":
                gave_up.add(guest.person.pk)
                continue
            state, number = place_for(session, taken, now)
            taken[session.pk] = taken.get(session.pk, NONE_TAKEN).plus(state, number)
            if row is None:
                row = Registration(person=guest.person, session=session)
                fresh.append(row)
            else:
                row.person, row.session = guest.person, session
                row.revision += 1
                again.append(row)
            row.state, row.waiting_number, row.was_waiting = state, number, False
            row.cancelled_at = row.cancelled_by = None
            row.registered_at = row.changed_at = now
            row.enrollment = guest.enrollment or row.enrollment
            row.addition, row.answered_at = addition, None
            row.take_from(guest.said)
            guest.rows.append(row)
    set_unproved_terms(fresh + again, now)
    Registration.objects.bulk_create(fresh)
    Registration.objects.bulk_update(
        again,
        [
            *("state", "waiting_number", "was_waiting", "cancelled_at", "cancelled_by", "registered_at", "changed_at"),
            *("revision", "enrollment", "addition", "answered_at", "reminders_wait", "kept_until", *SAID_FIELDS),
        ],
    )
    write_reminders(fresh + again)
    return gave_up


def _message(guest: _Guest, series: Series, addition: Addition) -> NewMessage:
    payload = {"series": series.pk, "registrations": [row.pk for row in guest.rows], "addition": addition.pk}
    return message_to(
        guest.person,
        kind=ADDED,
        key=f"{addition.pk}:{guest.person.pk}",
        series=series,
        about=addition.about,
        why=hub_added(series, waits=only_waits(guest.rows, addition.added_at)),
        payload=payload,
        due_at=addition.send_at,
    )


def _not_added(reasons: Iterable[str]) -> str:
    return left_out_sentence(next(iter(reasons), REGISTERED_ALREADY))


def left_out_sentence(reason: str) -> str:
    """Return a sentence that says why a person was not added, in the active language."""
    sentences = {
        REGISTERED_ALREADY: _("Already registered."),
        SAID_NO: _("Gave up the place or left the series themselves. They can come back from “My sessions”."),
        TOO_MANY_EMAILS: _("This mailbox was registered five times today. Try again tomorrow."),
    }
    return sentences[reason]


@transaction.atomic
def recall_addition(*, addition: Addition, by: Person) -> int:
    """Withdraw the unsent emails of an addition, undo the registrations of their recipients, and return how many.

    People whose email was sent keep their places. Locks the sessions with a limit of places. Raises Refusal if all
    emails were sent.
    """
    now = timezone.now()
    addition = Addition.objects.select_for_update(of=("self",)).select_related("series").get(pk=addition.pk)
    # lock enrollments before sessions, as in every action that changes both
    list(Enrollment.objects.filter(addition=addition).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    limited = Session.objects.filter(series=addition.series_id, capacity__isnull=False).order_by("pk")
    locked = list(limited.select_for_update(no_key=True).values_list("pk", flat=True))
    emails = Message.objects.about(addition.about)
    people = list(emails.unsent().order_by("pk").select_for_update().values_list("person_id", flat=True))
    if not people:
        raise Refusal(_("Every email has left."), code="too-late")
    withdraw(emails.filter(person_id__in=people), reason=DropReason.RECALLED)
    rows = Registration.objects.active().filter(addition=addition, person__in=people, answered_at=None)
    places = list(rows.order_by("pk").select_for_update().values_list("pk", "session_id"))
    ids = [pk for pk, _session in places]
    # The person never heard of those that are new; the others are used again.
    Registration.objects.filter(pk__in=ids, revision=0).delete()
    Registration.objects.filter(pk__in=ids).update(
        state=State.CANCELLED,
        was_waiting=Case(When(state=State.WAITING, then=True), default=False),
        waiting_number=None,
        cancelled_at=now,
        cancelled_by=by,
        changed_at=now,
        revision=F("revision") + 1,
    )
    withdraw(Message.objects.about(*(f"registration:{pk}" for pk in ids)).filter(kind__in=OF_A_PLACE))
    Enrollment.objects.active().filter(addition=addition, person__in=people).update(left_at=now)
    addition.recalled_at = now
    addition.save(update_fields=["recalled_at"])
    facts = {"addition": addition.pk, "people": len(people)}
    for about in (f"series:{addition.series_id}", addition.about):
        record("addition-recalled", about=about, by=by, scope_id=addition.series.hub_id, details=facts)
    for session_id in {session for _pk, session in places} & set(locked):
        promote_waiting(session_id=session_id)
    return len(people)
