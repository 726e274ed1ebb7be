"""Save several sessions of a series together. Registrants get emails about moved and added sessions."""

import copy
import dataclasses
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from registrations.actions.changing import NewTime, reschedule_session
from registrations.actions.enrolling import enrollments_to_cover
from registrations.actions.publishing import publish_session
from registrations.models import Registration, SessionChange
from sessions.actions import save_session
from sessions.models import Session
from sessions.rules import MeetingHosts


@dataclasses.dataclass(frozen=True)
class SessionEdit:
    """A stored session, and an unsaved copy of it with the new values."""

    before: Session
    after: Session

    @property
    def is_moved(self) -> bool:
        return time_of(self.before) != time_of(self.after)


def time_of(session: Session) -> NewTime:
    return NewTime(session.on_date, session.start_time, session.end_time, session.time_zone)


def has_registrants_to_tell(session: Session) -> bool:
    """Return whether the session is published, is to come, and has people with a place or on the waiting list."""
    if session.state == Session.State.DRAFT or session.is_cancelled or session.is_over(timezone.now()):
        return False
    return Registration.objects.active().filter(session=session).exists()


@transaction.atomic
def save_sessions(
    *, edits: Sequence[SessionEdit], added: Sequence[Session], by: Person | None, note_en: str = "", note_fr: str = ""
) -> list[SessionChange]:
    """Save edited and new sessions, and return the changes about which emails are written.

    A moved session with registrants is changed as by `reschedule_session`, with the note. A new published session is
    announced as by `publish_session`, if it is covered by enrollments. The caller must have locked the edited sessions.
    Raises Refusal in the same cases as these actions, and WallTimeError for a local time that daylight saving skips.
    """
    changes = []
    hosts = MeetingHosts()
    for edit in edits:
        if not edit.is_moved or not has_registrants_to_tell(edit.before):
            save_session(session=edit.after, by=by, hosts=hosts)
            continue
        unmoved = copy.copy(edit.after)
        unmoved.on_date, unmoved.start_time = edit.before.on_date, edit.before.start_time
        unmoved.end_time, unmoved.time_zone = edit.before.end_time, edit.before.time_zone
        save_session(session=unmoved, by=by, hosts=hosts)
        moved = reschedule_session(
            session=edit.before, new_time=time_of(edit.after), by=by, note_en=note_en, note_fr=note_fr
        )
        changes.append(moved)
    for session in added:
        announced = session.state == Session.State.PUBLISHED and enrollments_to_cover(session).exists()
        if announced:
            session.state = Session.State.DRAFT
        save_session(session=session, by=by, hosts=hosts)
        if announced:
            changes.append(publish_session(session=session, by=by))
    return changes
