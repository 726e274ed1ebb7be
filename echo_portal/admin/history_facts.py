"""What the history adds to audit events from other rows: names, reasons and file names (events contain only IDs)."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import AuditEvent
from attendance.models import AttendanceImport
from echo_portal.lib.bilingual import active_language, in_language
from echo_portal.outbox.models import Message
from registrations.message_kinds import LEFT
from registrations.models import RegistrantList, Registration, SessionChange
from sessions.models import PresenterChange, Session, SessionRole

type Facts = dict[int, dict[str, Any]]
# The longest time between the rows that one transaction writes.
ONE_TRANSACTION = dt.timedelta(minutes=1)
GAVE_BACK = ("leave-series", "leave-session")
MOVES = ("registration-moved", "move-recalled", "swap-session")


@dataclasses.dataclass(frozen=True)
class Note:
    """The reason that a coordinator wrote when they gave back places."""

    note_en: str
    note_fr: str


def facts_of(events: Sequence[AuditEvent], moves: dict[int, SessionChange]) -> Facts:
    """Return facts for the sentences of events, by event ID. The number of queries does not depend on the events."""
    found: Facts = defaultdict(dict)
    _add_names_of_leaders(found, events)
    _add_leavers(found, events)
    _add_file_names(found, events)
    _add_presenters(found, events)
    _add_sessions_of_moves(found, events)
    for event in events:
        if event.verb == "recall-change" and (move := moves.get(event.details.get("change", 0))):
            found[event.pk]["kind"] = move.kind
    return found


def _add_names_of_leaders(found: Facts, events: Sequence[AuditEvent]) -> None:
    """Add the names that coordinators typed for people who lead a session. They exist while the role lasts."""
    given = [event for event in events if event.verb == "role-given"]
    if not given:
        return
    rows = SessionRole.objects.filter(
        session__in={event.about.partition(":")[2] for event in given},
        person__in={event.details.get("person") for event in given},
    )
    names = {(f"session:{row.session_id}", row.person_id, row.role): row.name for row in rows}
    for event in given:
        found[event.pk]["name"] = names.get((event.about, event.details.get("person"), event.details.get("role")), "")


def _add_presenters(found: Facts, events: Sequence[AuditEvent]) -> None:
    """Add the names of the presenters before and after a change, as texts, in the form of `details["changes"]`."""
    ids = {event.pk: event.details["presenter_change"] for event in events if "presenter_change" in event.details}
    rows = PresenterChange.objects.in_bulk(ids.values()) if ids else {}
    for event_id, row_id in ids.items():
        if row := rows.get(row_id):
            found[event_id]["values"] = {"presenters": ["; ".join(row.before), "; ".join(row.after)]}


def _add_sessions_of_moves(found: Facts, events: Sequence[AuditEvent]) -> None:
    """Add the sessions from which and to which a person was moved, with their series if these differ."""
    moves = {event.pk: (event.details["from"], event.details["to"]) for event in events if event.verb in MOVES}
    if not moves:
        return
    ids = {session for pair in moves.values() for session in pair}
    sessions = Session.objects.select_related("series").in_bulk(ids)
    for pk, pair in moves.items():
        before, after = (sessions.get(session) for session in pair)
        if before is None or after is None:
            continue
        is_elsewhere = before.series_id != after.series_id
        for name, session in (("before", before), ("after", after)):
            named = {"series": session.series, "session": session}
            found[pk][name] = _("%(series)s: %(session)s") % named if is_elsewhere else str(session)


def _add_leavers(found: Facts, events: Sequence[AuditEvent]) -> None:
    """Add who left a series, by the name that coordinators may see, and the reason if the hub removed them."""
    left = {event.pk: (event, _registrations_of(event)) for event in events if event.verb in GAVE_BACK}
    if not left:
        return
    ids = {pk for _event, registrations in left.values() for pk in registrations}
    rows = Registration.objects.filter(pk__in=ids).select_related("person", "session").in_bulk()
    abouts = {f"registration:{pk}" for pk in ids} | {f"series:{row.session.series_id}" for row in rows.values()}
    messages = Message.objects.filter(Q(payload__note_en__gt="") | Q(payload__note_fr__gt=""), kind=LEFT)
    moments = [event.at for event, _registrations in left.values()]
    messages = messages.filter(
        about__in=abouts, created_at__range=(min(moments) - ONE_TRANSACTION, max(moments) + ONE_TRANSACTION)
    )
    notes = list(messages.order_by("created_at").values_list("created_at", "payload"))
    for pk, (event, registrations) in left.items():
        row = next((rows[one] for one in registrations if one in rows), None)
        if row is not None:
            found[pk] |= {"owner": row.person_id, "leaver": row.shown_name}
        found[pk]["by_hub"] = event.actor_id is not None and row is not None and event.actor_id != row.person_id
        for at, payload in notes:
            if abs(event.at - at) < ONE_TRANSACTION and set(registrations) & set(payload["registrations"]):
                note = Note(payload.get("note_en", ""), payload.get("note_fr", ""))
                found[pk]["reason"] = in_language(note, "note", active_language())[0]


def _registrations_of(event: AuditEvent) -> list[int]:
    if event.verb == "leave-series":
        return list(event.details.get("registrations") or ())
    return [int(event.about.partition(":")[2])]


def _add_file_names(found: Facts, events: Sequence[AuditEvent]) -> None:
    """Add the names of the files that were uploaded or imported, while the uploaded rows exist."""
    for model, key in ((RegistrantList, "list"), (AttendanceImport, "report")):
        named = {event.pk: event.details[key] for event in events if key in event.details}
        if named:
            names = dict(model.objects.filter(pk__in=named.values()).values_list("pk", "file_name"))
            for pk, row in named.items():
                found[pk]["file"] = names.get(row, "")
