"""Who may register, and when. Each `check_…` raises a Refusal with a sentence the person may read."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations.models import SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import EnrollmentKey, Series, Session

RECALL_FOR = dt.timedelta(minutes=5)
TOO_CLOSE_TO_WAIT = dt.timedelta(hours=2)
# Messages in these states leave a change recallable; one that a coordinator has cancelled does not prevent it.
NOT_LEFT = (Message.State.QUEUED, Message.State.HELD, Message.State.CANCELLED)


def check_series_open(series: Series) -> None:
    """Drafts are not open to anybody; a stranger is told nothing (the view answers 404)."""
    if not series.is_published:
        raise Refusal(_("This series is not open."), code="series-closed")


def check_session_open(session: Session, now: dt.datetime) -> None:
    """Not a draft, not cancelled, not over. Without an hour or a date it can be chosen (PRODUCT.md 3)."""
    title = session.title
    if session.state == Session.State.DRAFT:
        raise Refusal(_("Choose sessions from the list."), code="not-of-series", field="sessions")
    if session.is_cancelled:
        raise Refusal(_("“%(title)s” was cancelled.") % {"title": title}, code="cancelled", field="sessions")
    if session.is_over(now):
        raise Refusal(
            _("“%(title)s” has been held. If there is a recording, it is on the page of the series.")
            % {"title": title},
            code="held",
            field="sessions",
        )


def check_key(key: EnrollmentKey | None, *, series: Series | None, uses: int, now: dt.datetime) -> EnrollmentKey:
    """Says exactly which: wrong, another series', too early, expired, used up (PRODUCT.md 2); else it is the key.

    Without a series the key names its own.
    """
    if key is None:
        raise Refusal(
            _("No series has this key. Check it once more; capitals, spaces and hyphens do not matter."),
            code="key-wrong",
            field="enrollment_key",
        )
    if series is not None and key.series_id != series.pk:
        raise Refusal(
            _("This key opens another series: %(series)s.") % {"series": key.series.title},
            code="key-other-series",
            field="enrollment_key",
        )
    if key.opens_at and now < key.opens_at:
        raise Refusal(_("This key is not valid yet."), code="key-early", field="enrollment_key")
    if key.closes_at and now >= key.closes_at:
        raise Refusal(_("This key has expired."), code="key-expired", field="enrollment_key")
    if key.max_uses is not None and uses >= key.max_uses:
        raise Refusal(
            _("This key has been used as many times as it can be."), code="key-used-up", field="enrollment_key"
        )
    return key


def waiting_list_moves(session: Session, now: dt.datetime) -> bool:
    """Until two hours before the start (a setting of the session); after that, first come, first served."""
    if session.starts_at is None:
        return not session.is_over(now)
    return now < session.starts_at - dt.timedelta(minutes=session.promote_until_minutes)


def check_can_leave(session: Session, now: dt.datetime) -> None:
    if session.is_over(now):
        raise Refusal(_("This session has been held; there is nothing to cancel."), code="held")


def check_can_change(session: Session, now: dt.datetime) -> None:
    """Moving and cancelling: not what is cancelled or held already."""
    if session.is_cancelled:
        raise Refusal(_("This session is cancelled."), code="cancelled")
    if session.is_over(now):
        raise Refusal(_("This session has been held."), code="held")


def send_at(*sessions: Session, made_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return when emails that were written at `made_at` about these sessions leave.

    At once if one of the sessions is on or starts within two hours; else after the time in which they can be recalled.
    `made_at` is on the database's clock, by which messages become due.
    """
    for session in sessions:
        if session.starts_at and session.starts_at - TOO_CLOSE_TO_WAIT <= now and not session.is_over(now):
            return made_at
    return made_at + RECALL_FOR


def check_can_recall(change: SessionChange, session: Session, email_states: Iterable[str]) -> None:
    """A change can be recalled while none of its emails has left and the session stands as the change left it."""
    if any(state not in NOT_LEFT for state in email_states):
        raise Refusal(_("The first letters have left; make another change instead."), code="too-late")
    before, after = (SessionSnapshot.read(stored, session) for stored in (change.before, change.after))
    stands = SessionSnapshot.of(session)
    if (stands.wall_clock, stands.state) != (after.wall_clock, after.state):
        raise Refusal(_("The session was changed again since; make another change instead."), code="changed-since")
    if before.is_moved_by_rules(after):
        raise Refusal(_("Nobody moved this session: the rules of its clock changed. Move it by hand."), code="by-rules")
