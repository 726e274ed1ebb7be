"""Publish sessions and series, and register the people whose enrollment covers the sessions (PRODUCT.md 3, 4)."""

import dataclasses
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.database import database_now
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import withdraw
from echo_portal.outbox.models import Message
from registrations.actions.enrolling import cover_new_session, enrollments_to_cover
from registrations.drop_reasons import DropReason
from registrations.models import Registration, SessionChange
from registrations.rules import check_can_change, send_at
from registrations.snapshots import SessionSnapshot
from sessions.actions import save_series, save_session
from sessions.models import Series, Session


@transaction.atomic
def publish_session(*, session: Session, by: Person | None, seen_revision: int | None = None) -> SessionChange:
    """Publish the session and register each person whose enrollment covers it, with one message each.

    The emails are due after five minutes, or now if the session is live or starts within two hours. The publication can
    be recalled until they are sent. Raises Refusal if the session is over or cancelled, or was changed after
    `seen_revision`.
    """
    locked = Session.objects.select_for_update(no_key=True).select_related("series__hub").get(pk=session.pk)
    check_can_change(locked, timezone.now())
    if seen_revision is not None and locked.revision != seen_revision:
        raise Refusal(
            _("The session was changed since you looked. This is how it stands now; look once more."), code="seen"
        )
    before = dataclasses.replace(SessionSnapshot.of(locked), state=Session.State.DRAFT)
    if locked.state == Session.State.DRAFT:
        locked.state = Session.State.PUBLISHED
        save_session(session=locked, by=by)
    made_at = database_now()
    change = SessionChange.objects.create(
        session=locked,
        kind=SessionChange.Kind.PUBLISHED,
        before=before.stored(),
        after=SessionSnapshot.of(locked).stored(),
        made_at=made_at,
        made_by=by,
        send_at=send_at(locked, made_at=made_at, now=timezone.now()),
    )
    cover_new_session(session=locked, by=by, publication=change)
    return change


@transaction.atomic
def publish_series(*, series: Series, session_ids: Collection[int], by: Person | None) -> list[SessionChange]:
    """Publish a series and the chosen drafts of its sessions, and return the changes about which emails were written.

    Its other drafts remain drafts. A session that is over is published without emails. The emails are due as in
    `publish_session`. Raises Refusal if a chosen session is no longer a draft of the series.
    """
    locked = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    sessions = Session.objects.select_for_update(no_key=True, of=("self",)).filter(series=locked)
    sessions = sessions.select_related("series__hub")
    drafts = {row.pk: row for row in sessions.filter(state=Session.State.DRAFT).order_by("number")}
    if not set(session_ids) <= drafts.keys():
        raise Refusal(_("One of these sessions is not a draft any more. Look once more."), code="seen")
    if not locked.is_published:
        locked.state = Series.State.PUBLISHED
        save_series(series=locked, fields=["state"], by=by)
    changes = []
    for row in sessions.exclude(pk__in=drafts.keys() - set(session_ids)).order_by("number"):
        row.series = locked
        if enrollments_to_cover(row).exists():
            changes.append(publish_session(session=row, by=by))
        elif row.state == Session.State.DRAFT:
            row.state = Session.State.PUBLISHED
            save_session(session=row, by=by)
    return changes


def recall_publication(*, change: SessionChange, session: Session, by: Person | None) -> None:
    """Make the session a draft again, and delete the registrations that its publication created.

    The caller must have locked both rows, and checked that no email was sent. Raises Refusal if other people have
    registered since.
    """
    messages = Message.objects.about(change.about)
    told_later = [pk for payload in messages.values_list("payload", flat=True) for pk in payload["registrations"]]
    if Registration.objects.active().filter(session=session).exclude(pk__in=told_later).exists():
        raise Refusal(_("Others have registered since: cancel the session instead."), code="others")
    withdraw(messages, reason=DropReason.RECALLED)
    withdraw(Message.objects.filter(about__in=[f"registration:{pk}" for pk in told_later]), reason=DropReason.RECALLED)
    Registration.objects.filter(pk__in=told_later).delete()
    SessionSnapshot.read(change.before, session).restore(session)
    save_session(session=session, by=by)
    now = database_now()
    change.recalled_at, change.recalled_by = now, by
    change.save(update_fields=["recalled_at", "recalled_by"])
    record(
        "recall-publication",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"change": change.pk, "registrations": told_later},
    )
