"""The history of a row: a sentence for each audit event, in the reader's language, without IDs and codes."""

import copy
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib.admin import site
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, Field, Model, Q, TimeField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import AuditEvent, Person
from echo_portal.admin.changes import when_text_of
from echo_portal.admin.messages.scope import readable_scopes
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium, time_of_day
from echo_portal.lib.zones import canonical, zone_label
from registrations.models import Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.actions import CALENDAR_FIELDS, DERIVED_FIELDS
from sessions.models import Series, Session, SessionRole

SHOWN = 200
# The longest time between two events of one transaction.
ONE_TRANSACTION = dt.timedelta(minutes=1)
# What the line about a move or a cancellation says. Titles are calendar fields that it does not say.
SAID_BY_MOVE = {*CALENDAR_FIELDS, *DERIVED_FIELDS} - {"title_en", "title_fr"}
Details = dict[str, Any]


def _count(details: Details, name: str) -> int:
    found = details.get(name)
    return found if isinstance(found, int) else len(found or ())


def _emails(sentence: Any) -> Callable[[Details], str]:
    """Return the sentence with the number of emails that the act wrote."""

    def said(details: Details) -> str:
        count = _count(details, "emails")
        emails = ngettext("%(count)d email was written.", "%(count)d emails were written.", count)
        return f"{sentence} {emails % {'count': count}}"

    return said


def _places(details: Details) -> str:
    count = _count(details, "places")
    return ngettext("%(count)d place was given back.", "%(count)d places were given back.", count) % {"count": count}


def _covered(details: Details) -> str:
    count = _count(details, "registrations")
    words = ngettext(
        "%(count)d person enrolled in the series was registered.",
        "%(count)d people enrolled in the series were registered.",
        count,
    )
    return words % {"count": count}


def _written_to(details: Details) -> str:
    count = _count(details, "recipients")
    words = ngettext(
        "An email to %(count)d registrant was written.", "An email to %(count)d registrants was written.", count
    )
    return words % {"count": count}


def _emails_taken_back(details: Details) -> str:
    count = _count(details, "emails")
    words = ngettext(
        "%(count)d email to a registrant was taken back.", "%(count)d emails to registrants were taken back.", count
    )
    return words % {"count": count}


def _role_given(details: Details) -> str:
    """Say who has the role, while they have it; the name is the one that the coordinator typed."""
    if name := details.get("name"):
        return _("%(name)s was named to lead the session: %(role)s.") % {"name": name, "role": _role(details)}
    return _("A role in the session was given: %(role)s.") % {"role": _role(details)}


def _role_ended(details: Details) -> str:
    return _("A role in the session was ended: %(role)s.") % {"role": _role(details)}


def _role(details: Details) -> str:
    code = details.get("role", "")
    return str(dict(SessionRole.Role.choices).get(code, code))


def _drafted(details: Details) -> str:
    count = _count(details, "sessions")
    words = ngettext("%(count)d draft session was added.", "%(count)d draft sessions were added.", count)
    return words % {"count": count}


def _corrected(details: Details) -> str:
    before, after = (details.get(name) for name in ("before", "after"))
    minutes = [
        _("no attendance") if one is None else _("%(count)d min") % {"count": one // 60} for one in (before, after)
    ]
    return _("An attendance was corrected: %(before)s before, %(after)s after.") % {
        "before": minutes[0],
        "after": minutes[1],
    }


def _added(details: Details) -> str:
    count = _count(details, "people")
    words = ngettext("%(count)d person was added.", "%(count)d people were added.", count)
    return words % {"count": count}


def _not_added(details: Details) -> str:
    count = _count(details, "people")
    words = ngettext("Adding %(count)d person was taken back.", "Adding %(count)d people was taken back.", count)
    return words % {"count": count}


# What each kind of event says: a sentence, or a function of its details.
SENTENCES: dict[str, Any] = {
    "sign-in": gettext_lazy("They signed in."),
    "mailbox-proved": gettext_lazy("They used the mailbox, which proves the address."),
    "profile-changed": gettext_lazy("The profile was changed."),
    "links-revoked": gettext_lazy("The links in earlier emails were ended."),
    "membership-given": gettext_lazy("A role in the hub was given."),
    "membership-taken": gettext_lazy("A role in the hub was taken away."),
    "staff-joined": gettext_lazy("Joined the staff of the demonstration."),
    "load-programme": gettext_lazy("The programme was loaded from its file."),
    "session-added": gettext_lazy("The session was added."),
    "session-changed": gettext_lazy("The session was changed."),
    "entered-as-host": gettext_lazy("A person who leads the session opened the room."),
    "role-given": _role_given,
    "role-ended": _role_ended,
    "session-rescheduled": _emails(gettext_lazy("The session was moved.")),
    "session-cancelled": _emails(gettext_lazy("The session was cancelled.")),
    "recall-change": _emails(gettext_lazy("The last change was taken back.")),
    "recall-publication": gettext_lazy("The publication was taken back; the session is a draft again."),
    "cover-new-session": _covered,
    "series-added": gettext_lazy("The series was added."),
    "series-changed": gettext_lazy("The series was changed."),
    "sessions-drafted": _drafted,
    "write-to-registrants": _written_to,
    "recall-announcement": _emails_taken_back,
    "enroll": gettext_lazy("A person registered."),
    "people-added": _added,
    "addition-recalled": _not_added,
    "addition-accepted": gettext_lazy("The person whom the hub registered said yes."),
    "addition-declined": gettext_lazy("The person whom the hub registered said no."),
    "claim-place": gettext_lazy("A person on the waiting list took a free place."),
    "promote": gettext_lazy("A place became free, and the next person on the waiting list got it."),
    "release-place": gettext_lazy("The place of an address that was never confirmed was given to somebody who waits."),
    "leave-session": gettext_lazy("The place was given back."),
    "leave-series": gettext_lazy("A person left the series."),
    "swap-session": gettext_lazy("The place was exchanged for another date."),
    "return-to-session": gettext_lazy("The person came back after giving up the place."),
    "send-invitations": gettext_lazy("Calendar invitations were sent."),
    "registrants-exported": gettext_lazy("The list of people was downloaded."),
    "give-back-places": _places,
    "recall-give-back": gettext_lazy("Giving back places was taken back."),
    "place-stands-again": gettext_lazy("The place stands again: giving it back was taken back."),
    "tell-of-free-place": gettext_lazy("People on the waiting list were told that a place is free."),
    "run-sheet-downloaded": gettext_lazy("The run sheet of the session was downloaded."),
    "attendance-report-uploaded": gettext_lazy("An attendance report was uploaded; it does not count yet."),
    "attendance-report-imported": gettext_lazy("The attendance report was imported."),
    "attendance-import-undone": gettext_lazy("The import of the attendance report was undone."),
    "attendance-header-mapped": gettext_lazy("The columns of a report were named by hand."),
    "attendance-row-matched": gettext_lazy("A row of the attendance report was assigned to a person."),
    "attendance-row-set-aside": gettext_lazy("A row of the attendance report was set aside."),
    "attendance-corrected": _corrected,
    "attendance-roll-call": gettext_lazy("The roll call was saved."),
    "ledger-updated": gettext_lazy("The ledger of credits was brought up to date."),
    "feedback-exported": gettext_lazy("The results of evaluations were downloaded."),
    "answers-exported": gettext_lazy("The anonymous answers were downloaded as rows."),
    "evaluation-opened": gettext_lazy("The evaluation of the session was opened."),
    "certificate-issued": gettext_lazy("The certificate was issued."),
    "certificate-revoked": gettext_lazy("The certificate was revoked."),
    "certificate-rendered": gettext_lazy("The file of the certificate was made."),
    "message-edited": gettext_lazy("The text of the email was edited."),
    "message-held": gettext_lazy("The email was held."),
    "message-released": gettext_lazy("The email was released."),
    "message-cancelled": gettext_lazy("The email was cancelled."),
    "message-resent": gettext_lazy("The email was sent again."),
    "suppression-lifted": gettext_lazy("The address gets emails again."),
}
# Acts on the page of any model, whose events are named "<model>-added" and so on.
ON_PAGES = {
    "added": gettext_lazy("It was added."),
    "changed": gettext_lazy("It was changed."),
    "deleted": gettext_lazy("It was deleted."),
}
OTHERWISE = gettext_lazy("Something was changed.")


@dataclasses.dataclass(frozen=True)
class Change:
    label: str
    before: str = ""
    after: str = ""


@dataclasses.dataclass(frozen=True)
class Line:
    """An event as displayed: when, who, whose registration or which session it was about, and what changed."""

    at: dt.datetime
    who: str
    whose: str
    sentence: str
    changes: list[Change]


def sentence_of(verb: str, details: Details) -> str:
    """Return the sentence for a kind of event, in the active language."""
    said = SENTENCES.get(verb) or ON_PAGES.get(verb.rpartition("-")[2], OTHERWISE)
    return str(said(details)) if callable(said) else str(said)


def history_of(row: Model, reader: Person) -> list[Line]:
    """Return the newest events about the row and its parts that happened in the reader's hubs, the newest first."""
    parts = _parts_of(row)
    events = AuditEvent.objects.filter(about__in=parts)
    if not reader.is_pallium_staff:
        scopes = readable_scopes(reader) or frozenset()
        events = events.filter(Q(scope_id__in=scopes))
    found = list(events.order_by("-pk")[:SHOWN])
    names = _names_of_actors(found, parts)
    changes = _session_changes(found)
    leaders = _names_of_leaders(found)
    said_again = _saves_of_moves(found, changes)
    return [
        Line(
            event.at,
            names[event.pk],
            parts[event.about].whose,
            sentence_of(event.verb, event.details | {"name": leaders.get(_role_of(event), "")}),
            _changes(event, changes),
        )
        for event in found
        if event.pk not in said_again
    ]


@dataclasses.dataclass(frozen=True)
class Part:
    """An object of the history; `owner` is the person who acts for themselves, `whose` what the line displays."""

    whose: str = ""
    owner: int | None = None


def _parts_of(row: Model) -> dict[str, Part]:
    """Return the objects whose events belong to the row's history, by the name that events use."""
    parts = {f"{row._meta.model_name}:{row.pk}": Part(owner=getattr(row, "person_id", None))}
    if isinstance(row, Registration) and row.addition_id:
        parts[f"addition:{row.addition_id}"] = Part(owner=row.person_id)
    sessions: Iterable[Session] = ()
    if isinstance(row, Series):
        sessions = row.sessions.order_by("number")
        parts |= {f"session:{one.pk}": Part(str(one)) for one in sessions}
    if isinstance(row, Session):
        places = Registration.objects.filter(session=row).select_related("person")
        parts |= {f"registration:{one.pk}": Part(one.shown_name, one.person_id) for one in places}
    return parts


def _names_of_actors(events: Sequence[AuditEvent], parts: dict[str, Part]) -> dict[int, str]:
    """Return who acted, by event id. The names of participants are not those of their profiles (SAFETY.md 8)."""
    people = Person.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    names = {}
    for event in events:
        actor = people.get(event.actor_id) if event.actor_id else None
        if event.actor_id is None:
            names[event.pk] = _("The portal")
        elif event.actor_id == parts[event.about].owner:
            names[event.pk] = _("The person themselves")
        elif actor is None:
            names[event.pk] = _("Somebody who is no longer here")
        else:
            names[event.pk] = str(actor) if actor.is_staff else _("A participant")
    return names


def _session_changes(events: Sequence[AuditEvent]) -> dict[int, SessionChange]:
    ids = {event.details.get("change") for event in events if event.details.get("change")}
    return SessionChange.objects.select_related("session__series").in_bulk(ids)


def _saves_of_moves(events: Sequence[AuditEvent], moves: dict[int, SessionChange]) -> set[int]:
    """Return the IDs of the events that saved the session for a move or a cancellation, which another event says.

    Both events are of one request, and the save comes first.
    """
    last: dict[tuple[Any, ...], AuditEvent] = {}
    saves = set()
    for event in sorted(events, key=lambda event: event.pk):
        key = (event.about, event.actor_id, event.request_id)
        if event.verb == "session-changed" and set(event.details.get("fields") or ()) <= SAID_BY_MOVE:
            last[key] = event
        elif event.details.get("change") in moves and key in last:
            save = last.pop(key)
            if event.at - save.at < ONE_TRANSACTION:
                saves.add(save.pk)
    return saves


def _names_of_leaders(events: Sequence[AuditEvent]) -> dict[tuple[Any, ...], str]:
    """Return the names that coordinators typed for people who lead a session, by session, person and role."""
    given = [event for event in events if event.verb == "role-given"]
    if not given:
        return {}
    rows = SessionRole.objects.filter(
        session__in={event.about.partition(":")[2] for event in given},
        person__in={event.details.get("person") for event in given},
    )
    return {(f"session:{row.session_id}", row.person_id, row.role): row.name for row in rows}


def _role_of(event: AuditEvent) -> tuple[Any, ...]:
    return event.about, event.details.get("person"), event.details.get("role")


def _changes(event: AuditEvent, moves: dict[int, SessionChange]) -> list[Change]:
    """Return what the event changed: the values of fields before and after, or else the names of the fields."""
    move = moves.get(event.details.get("change", 0))
    if move is not None and move.kind == SessionChange.Kind.RESCHEDULED:
        before, after = (_when(move, stored) for stored in (move.before, move.after))
        if event.verb == "recall-change":
            before, after = after, before
        return [Change(_("Date and time"), before, after)]
    model = _model_of(event.about)
    values = event.details.get("changes") or {}
    found = []
    for name in event.details.get("fields") or ():
        try:
            field = model._meta.get_field(name) if model else None
        except FieldDoesNotExist:
            continue
        if not isinstance(field, Field):
            continue
        label = capfirst(str(field.verbose_name))
        found.append(
            Change(label, *(_shown(field, value) for value in values[name])) if name in values else Change(label)
        )
    return found


def _when(move: SessionChange, stored: dict[str, Any]) -> str:
    session = copy.copy(move.session)
    SessionSnapshot.read(stored, session).restore(session)
    return when_text_of(session)


def _model_of(about: str) -> type[Model] | None:
    name = about.partition(":")[0]
    return next((model for model in site._registry if model._meta.model_name == name), None)


def _shown(field: Any, value: Any) -> str:
    """Return a stored value in words."""
    if value in (None, ""):
        return "–"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(field, DateField) and isinstance(value, str) and len(value) == 10:
        return date_medium(dt.date.fromisoformat(value), active_language())
    if isinstance(field, TimeField) and isinstance(value, str):
        return time_of_day(dt.time.fromisoformat(value), active_language())
    if field.name == "time_zone" and canonical(str(value)):
        return zone_label(str(value), active_language())
    return str(value)
