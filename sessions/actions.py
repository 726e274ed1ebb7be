"""Writes about sessions that others depend on."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from sessions.models import Series, Session

# What stands in people's calendars: a change of any raises the SEQUENCE of the entry (PRODUCT.md 4).
IN_CALENDARS = ("title_en", "title_fr", "on_date", "start_time", "end_time", "time_zone", "state")
# They follow the wall clock, and newer zone rules move them alone (DOMAIN.md TZ-2).
INSTANTS = ("starts_at", "ends_at")


@transaction.atomic
def save_session(*, session: Session, by: Person | None) -> bool:
    """Saves a new or edited session with its trail; says whether its calendar entry changed.

    The stored row is locked, and its revision counted on from what is stored, so that it only rises whoever saves.
    Raises WallTimeError for an hour that the clocks skip.
    """
    before = Session.objects.select_for_update(no_key=True).get(pk=session.pk) if session.pk else None
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
    if any(getattr(before, name) != getattr(session, name) for name in INSTANTS):
        changed = changed or list(INSTANTS)
        moved = True
    else:
        moved = any(name in changed for name in IN_CALENDARS)
    session.revision = before.revision + 1 if moved else before.revision
    if changed:
        session.last_modified_at = timezone.now()
        record(
            "session-changed",
            about=f"session:{session.pk}",
            by=by,
            scope_id=session.series.hub_id,
            details={"fields": changed, "revision": session.revision},
        )
    session.save()
    return moved


@transaction.atomic
def save_series(*, series: Series, fields: list[str], by: Person | None) -> None:
    """Saves a new or edited series with its trail; `fields` are the names of what changed."""
    is_new = series._state.adding
    if fields and not is_new:
        series.revision = Series.objects.select_for_update(no_key=True).get(pk=series.pk).revision + 1
    series.save()
    verb = "series-added" if is_new else "series-changed"
    record(verb, about=f"series:{series.pk}", by=by, scope_id=series.hub_id, details={"fields": fields})
