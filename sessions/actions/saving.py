"""Save series, sessions and roles in sessions."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import changed_values, end_sessions, person_at_address, record
from accounts.models import Person
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import link_hint
from sessions.models import EnrollmentKey, PresenterChange, Series, Session, SessionRole
from sessions.rules import MeetingHosts

# Fields that a calendar entry shows. A change to any of them increases the entry's SEQUENCE (PRODUCT.md 4).
CALENDAR_FIELDS = ("title_en", "title_fr", "on_date", "start_time", "end_time", "time_zone", "state")
# The fields whose values before and after are saved in the audit trail: what the public pages show, and the places.
PUBLIC_FIELDS = (*CALENDAR_FIELDS, "number", "capacity", "promote_until_minutes")
# Links to rooms may contain a password. The audit trail gets only the host and the end of the path.
LINK_FIELDS = ("join_url", "host_url")
# Derived from the date, times and time zone. New time zone rules change only these fields (DOMAIN.md TZ-2).
DERIVED_FIELDS = ("starts_at", "ends_at")


# The fields of a series whose values before and after are saved in the audit trail: those with short values.
SERIES_VALUES = (
    "slug",
    "state",
    "kind",
    "title_en",
    "title_fr",
    "language",
    "registration_mode",
    "choose_one",
    "attend_all_required",
    "recordings_for",
    "ongoing",
    "announced_session_count",
    "free_of_charge",
)


@transaction.atomic
def save_session(*, session: Session, by: Person | None, hosts: MeetingHosts | None = None) -> bool:
    """Save a new or edited session with its audit event, and return whether its calendar entry changed.

    The stored row is locked and the new revision is calculated from it, so that concurrent saves never lower the
    revision. Return False for a new session. Actions that save several sessions share `hosts`. Raises WallTimeError for
    a local time that daylight saving skips, and Refusal if a new link is at a host where sessions do not meet.
    """
    before = Session.objects.select_for_update(no_key=True).get(pk=session.pk) if session.pk else None
    (hosts or MeetingHosts()).check_session(session, before=before)
    if before is None:
        session.save()
        record("session-added", about=f"session:{session.pk}", by=by, scope_id=session.series.hub_id)
        return False
    session.derive_moments()
    changed = [
        field.attname
        for field in Session._meta.concrete_fields
        if field.editable and getattr(before, field.attname) != getattr(session, field.attname)
    ]
    if any(getattr(before, name) != getattr(session, name) for name in DERIVED_FIELDS):
        changed = changed or list(DERIVED_FIELDS)
        moved = True
    else:
        moved = any(name in changed for name in CALENDAR_FIELDS)
    session.revision = before.revision + 1 if moved else before.revision
    if changed:
        session.last_modified_at = timezone.now()
        named = _changed_presenters(before, session) if "presenters" in changed else {}
        record(
            "session-changed",
            about=f"session:{session.pk}",
            by=by,
            scope_id=session.series.hub_id,
            details={
                "fields": changed,
                "revision": session.revision,
                **named,
                "changes": {
                    **changed_values(before, session, [name for name in changed if name in PUBLIC_FIELDS]),
                    **{
                        name: [link_hint(getattr(row, name)) for row in (before, session)]
                        for name in changed
                        if name in LINK_FIELDS
                    },
                },
            },
        )
    session.save()
    return moved


def _changed_presenters(before: Session, after: Session) -> dict[str, Any]:
    """Save the names before and after, and return the row's ID for the audit event, which must not contain names."""
    row = PresenterChange.objects.create(session=after, before=before.presenters, after=after.presenters)
    return {"presenter_change": row.pk}


@transaction.atomic
def save_series(*, series: Series, fields: list[str], by: Person | None) -> None:
    """Save a new or edited series with its audit event. `fields` are the names of the changed fields.

    If fields of an existing series changed, its stored row is locked and its revision is increased by one.
    """
    is_new = series._state.adding
    details: dict[str, Any] = {"fields": fields}
    if fields and not is_new:
        before = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
        series.revision = before.revision + 1
        details["changes"] = changed_values(before, series, [name for name in fields if name in SERIES_VALUES])
    series.save()
    verb = "series-added" if is_new else "series-changed"
    record(verb, about=f"series:{series.pk}", by=by, scope_id=series.hub_id, details=details)


@transaction.atomic
def add_drafts(
    *, series: Series, sessions: Sequence[Session], source: str, by: Person | None, key_text: str = ""
) -> None:
    """Save draft sessions, and their series if it is new, with audit events, in one transaction.

    Locks the row of an existing series. `source` is saved in the audit event. `key_text` is the enrollment key of a new
    series, or empty. Raises Refusal, and saves nothing, if the series already has a session with one of the numbers, or
    if there is a key like this one.
    """
    if series._state.adding:
        series.state = Series.State.DRAFT
        save_series(series=series, fields=[], by=by)
        if key_text:
            _add_key(series, key_text, by)
    else:
        Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    numbers = [session.number for session in sessions]
    if Session.objects.filter(series=series, number__in=numbers).exists():
        raise Refusal(_("The series has a session with one of these numbers by now. Choose others."), code="number")
    hosts = MeetingHosts()
    for session in sessions:
        session.series, session.state = series, Session.State.DRAFT
        save_session(session=session, by=by, hosts=hosts)
    record(
        "sessions-drafted",
        about=f"series:{series.pk}",
        by=by,
        scope_id=series.hub_id,
        details={"source": source, "sessions": [session.pk for session in sessions]},
    )


def _add_key(series: Series, text: str, by: Person | None) -> None:
    key = EnrollmentKey(series=series, text=text)
    try:
        with transaction.atomic():
            key.save()
    except IntegrityError:
        raise Refusal(
            _("There is a key already that is typed like this one. Choose another."), code="key-twice", field="key_text"
        ) from None
    details = {"fields": ["series", "text"]}
    record("enrollmentkey-added", about=f"enrollmentkey:{key.pk}", by=by, scope_id=series.hub_id, details=details)


@transaction.atomic
def give_role(*, session: Session, role: str, name: str, email: str, by: Person) -> SessionRole:
    """Name the person at this address as presenter, facilitator or practice coach. They get no email.

    The person's browser sessions are ended, because the role opens pages with other people's names, except if they
    named themselves. Raises Refusal if they already have the role.
    """
    person = person_at_address(email=email, name=name, language=session.series.language)
    row = SessionRole(session=session, person=person, role=role, name=name, address=email, given_at=timezone.now())
    if not insert_unless_there(row):
        raise Refusal(_("This address has this role already."), code="role-twice", field="email")
    if person != by:
        end_sessions(person=person)
    record("role-given", by=by, **_role_event(row))
    return row


@transaction.atomic
def end_role(*, role: SessionRole, by: Person) -> None:
    record("role-ended", by=by, **_role_event(role))
    role.delete()


def _role_event(row: SessionRole) -> dict[str, Any]:
    return {
        "about": f"session:{row.session_id}",
        "scope_id": row.session.series.hub_id,
        "details": {"person": row.person_id, "role": row.role},
    }
