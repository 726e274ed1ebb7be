"""Who may register, and when. Each `check_…` raises a Refusal with a sentence the person may read."""

import datetime as dt

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import fold_key
from sessions.models import EnrollmentKey, Series, Session


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


def find_key(typed: str) -> EnrollmentKey | None:
    """The key that folds to what was typed: case, spaces, hyphens, O/0 and I/1 are forgiven.

    Of published series only: a key tells nobody what is being prepared.
    """
    folded = fold_key(typed)
    keys = EnrollmentKey.objects.select_related("series", "hub").filter(series__state=Series.State.PUBLISHED)
    return keys.filter(folded=folded).first() if folded else None


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
