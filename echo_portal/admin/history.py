"""The history of a row: a sentence for each audit event, in the reader's language, without IDs and codes."""

import copy
import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin import site
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, DateField, Field, Model, Q, QuerySet, TimeField, Value
from django.db.models.functions import Cast, Concat
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import AuditEvent, Person
from echo_portal.admin.changes import when_text_of
from echo_portal.admin.history_facts import MOVES, ONE_TRANSACTION, Facts, facts_of
from echo_portal.admin.history_sentences import IN_DATABASE, sentence_of
from echo_portal.admin.messages.scope import readable_scopes
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium, time_of_day
from echo_portal.lib.zones import canonical, zone_label
from registrations.models import AddressCorrection, MergeProposal, Registration, SessionChange
from registrations.queries.people import with_shown_names
from registrations.snapshots import SessionSnapshot
from sessions.actions import CALENDAR_FIELDS, DERIVED_FIELDS
from sessions.models import EnrollmentKey, Series, Session

SHOWN = 200
# What the history of a series says about the places of single people.
OF_PLACES = (*MOVES, "leave-session", "place-stands-again", "return-to-session", "promoted-by-hand", "release-place")
# Fields that the line about a move or a cancellation mentions. It mentions all calendar fields except titles.
SAID_BY_MOVE = {*CALENDAR_FIELDS, *DERIVED_FIELDS} - {"title_en", "title_fr"}


@dataclasses.dataclass(frozen=True)
class Change:
    label: str
    before: str = ""
    after: str = ""


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of the history: when it happened, who did it, whom or which session it was about, and what changed."""

    at: dt.datetime
    who: str
    whose: str
    sentence: str
    changes: list[Change]


def history_of(row: Model, reader: Person) -> list[Line]:
    """Return the newest events in the reader's hubs about the row and its parts, the newest first."""
    return _lines_about(_parts_of(row), reader, _keys_of_places(row) if isinstance(row, Series) else None)


def history_of_places(rows: Sequence[Registration], reader: Person) -> list[Line]:
    """Return the newest events about a person's registrations in a series, the newest first."""
    parts: dict[str, Part] = {}
    for row in rows:
        parts[f"registration:{row.pk}"] = Part(str(row.session), row.person_id)
        if row.addition_id:
            parts[f"addition:{row.addition_id}"] = Part(owner=row.person_id)
    if rows:
        corrections = AddressCorrection.objects.filter(person=rows[0].person_id, series=rows[0].session.series_id)
        parts |= {one.about: Part(owner=one.person_id) for one in corrections}
    return _lines_about(parts, reader)


def _lines_about(parts: dict[str, "Part"], reader: Person, places: QuerySet[Any] | None = None) -> list[Line]:
    """Return the lines about the parts, and about moves and returns of places with these names."""
    events = AuditEvent.objects.order_by("-pk")
    if not reader.is_pallium_staff:
        scopes = readable_scopes(reader) or frozenset()
        events = events.filter(Q(scope_id__in=scopes))
    found = list(events.filter(about__in=parts)[:SHOWN])
    if places is not None:
        of_places = list(events.filter(verb__in=OF_PLACES, about__in=places)[:SHOWN])
        parts |= _parts_of_places(of_places)
        found = sorted([*found, *of_places], key=lambda event: -event.pk)[:SHOWN]
    found = _each_move_once(found)
    changes = _session_changes(found)
    facts = facts_of(found, changes)
    names = _names_of_actors(found, parts, facts)
    said_again = _saves_of_moves(found, changes) | _places_of_leavers(found) | _answers_said_again(found, parts)
    return [
        Line(
            event.at,
            names[event.pk],
            (facts[event.pk].get("leaver") if event.about.startswith("series:") else "")
            or parts[event.about].named(event.verb),
            sentence_of(event.verb, event.details | facts[event.pk]),
            _changes(event, changes, facts[event.pk].get("values") or {}),
        )
        for event in found
        if event.pk not in said_again
    ]


@dataclasses.dataclass(frozen=True)
class Part:
    """An object whose events are in the history. `whose` is the text that identifies it in a line.

    `owner` is the ID of the person to whom it belongs, so that their own actions can be named as such. `session` is the
    session of a place, if the history is of more than one.
    """

    whose: str = ""
    owner: int | None = None
    session: str = ""

    def named(self, verb: str) -> str:
        """Return `whose` with the session, unless the sentence names it."""
        return f"{self.whose}, {self.session}" if self.session and verb not in MOVES else self.whose


def _parts_of(row: Model) -> dict[str, Part]:
    """Return the objects whose events belong to the row's history, by the name with which events refer to them."""
    parts = {f"{row._meta.model_name}:{row.pk}": Part(owner=getattr(row, "person_id", None))}
    if isinstance(row, Registration) and row.addition_id:
        parts[f"addition:{row.addition_id}"] = Part(owner=row.person_id)
    sessions: Iterable[Session] = ()
    if isinstance(row, Series):
        sessions = row.sessions.order_by("number")
        parts |= {f"session:{one.pk}": Part(str(one)) for one in sessions}
        parts |= {f"enrollmentkey:{one.pk}": Part(_key_named(one)) for one in row.enrollment_keys.order_by("pk")}
        for model in (AddressCorrection, MergeProposal):
            parts |= {one.about: Part(_named(one), one.person_id) for one in _proposals(model, row)}
    if isinstance(row, Session):
        places = Registration.objects.filter(session=row).select_related("person")
        parts |= {f"registration:{one.pk}": Part(one.shown_name, one.person_id) for one in places}
    return parts


def _keys_of_places(series: Series) -> QuerySet[Any]:
    """Return the names with which events refer to the registrations of the series."""
    key = Concat(Value("registration:"), Cast("pk", CharField()), output_field=CharField())
    return Registration.objects.filter(session__series=series).order_by().values_list(key)


def _parts_of_places(events: Sequence[AuditEvent]) -> dict[str, Part]:
    ids = {event.about.partition(":")[2] for event in events}
    rows = Registration.objects.filter(pk__in=ids).select_related("person", "session")
    return {f"registration:{row.pk}": Part(row.shown_name, row.person_id, str(row.session)) for row in rows}


def _each_move_once(events: Sequence[AuditEvent]) -> list[AuditEvent]:
    """Return the events without the second one of each move, which has one event for each of its two places."""
    found: list[AuditEvent] = []
    last: dict[tuple[Any, ...], AuditEvent] = {}
    for event in events:
        key = (event.verb, event.actor_id, event.request_id, event.details.get("from"), event.details.get("to"))
        other = last.pop(key, None) if event.verb in MOVES else None
        if other is not None and other.about != event.about and other.at - event.at < ONE_TRANSACTION:
            continue
        last[key] = event
        found.append(event)
    return found


def _places_of_leavers(events: Sequence[AuditEvent]) -> set[int]:
    """Return the IDs of the events about single places that a person gave back by leaving the series.

    They are not displayed beside the event of leaving, which comes before them in the same transaction.
    """
    left = [event for event in events if event.verb == "leave-series"]
    return {
        event.pk
        for event in events
        if event.verb == "leave-session"
        and any(
            int(event.about.partition(":")[2]) in (one.details.get("registrations") or ())
            and abs(event.at - one.at) < ONE_TRANSACTION
            for one in left
        )
    }


def _answers_said_again(events: Iterable[AuditEvent], parts: dict[str, Part]) -> set[int]:
    """Return the answers of other people who were added with this person, and all but the first line of each answer.

    An answer writes one event about the addition and one about each place.
    """
    answers = [event for event in events if event.verb in ("addition-accepted", "addition-declined")]
    foreign = {
        event.pk
        for event in answers
        if event.about.startswith("addition:") and event.actor_id != parts[event.about].owner
    }
    first: dict[tuple[str, int | None, object], int] = {}
    for event in sorted(answers, key=lambda event: event.pk):
        if event.pk not in foreign:
            first.setdefault((event.verb, event.actor_id, event.details.get("addition")), event.pk)
    return {event.pk for event in answers} - set(first.values())


def _key_named(key: EnrollmentKey) -> str:
    return _("Key %(key)s") % {"key": key.text}


def _proposals(model: type[AddressCorrection] | type[MergeProposal], series: Series) -> Iterable[Any]:
    """Return the proposals about people of the series, with the name that its coordinators may see."""
    return with_shown_names(model.objects.filter(series=series), series=series.pk)


def _named(proposal: Any) -> str:
    return str(proposal.names if isinstance(proposal, MergeProposal) else proposal.name_shown)


def _names_of_actors(events: Sequence[AuditEvent], parts: dict[str, Part], facts: Facts) -> dict[int, str]:
    """Return who acted, by event ID. Participants are not named by the names in their profiles (SAFETY.md 8)."""
    people = Person.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    names = {}
    for event in events:
        actor = people.get(event.actor_id) if event.actor_id else None
        if event.verb in IN_DATABASE:
            names[event.pk] = _("Somebody with access to the database")
        elif event.actor_id is None:
            names[event.pk] = _("The portal")
        elif event.actor_id == facts[event.pk].get("owner", parts[event.about].owner):
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
    """Return the IDs of the events that saved a session as part of moving or cancelling it.

    They are not displayed, because another event of the same request describes the move or cancellation. The event of
    saving comes before that one.
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


def _changes(event: AuditEvent, moves: dict[int, SessionChange], apart: dict[str, list[str]]) -> list[Change]:
    """Return what the event changed: values before and after or, if these are unknown, the names of the fields.

    `apart` are values that are stored apart from the event.
    """
    move = moves.get(event.details.get("change", 0))
    if move is not None and move.kind == SessionChange.Kind.RESCHEDULED:
        before, after = (_when(move, stored) for stored in (move.before, move.after))
        if event.verb == "recall-change":
            before, after = after, before
        return [Change(_("Date and time"), before, after)]
    model = _model_of(event.about)
    values = {**(event.details.get("changes") or {}), **apart}
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
    """Return a stored value as text."""
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
