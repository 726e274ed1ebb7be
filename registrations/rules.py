"""Rules for who may register, and when. Each `check_…` function raises Refusal with a sentence for the person."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from accounts.models import Person
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import instant
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from registrations.models import Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import EnrollmentKey, Series, Session

RECALL_FOR = dt.timedelta(minutes=5)
KEEP_UNPROVED_FOR = dt.timedelta(hours=48)
# How long an invitation of a colleague can be answered. After that it is deleted.
TEAM_INVITATION_KEPT = dt.timedelta(days=14)
MOST_COLLEAGUES = 10  # in one form
MOST_INVITED_A_DAY = 30
TOO_CLOSE_TO_WAIT = dt.timedelta(hours=2)
# A change can be recalled while its messages are in these states, including those that a coordinator cancelled.
UNSENT_STATES = (Message.State.QUEUED, Message.State.HELD, Message.State.CANCELLED)


def check_series_open(series: Series) -> None:
    """Raise Refusal if the series is not published."""
    if not series.is_published:
        raise Refusal(_("This series is not open."), code="series-closed")


def check_can_lead_team(person: Person) -> None:
    """Raise Refusal if the person's mailbox is not proved, or if their profile has no name, which emails contain."""
    if not person.is_proved:
        raise Refusal(_("Sign in first."), code="not-proved")
    if not person.name:
        raise Refusal(
            _("Write your name in “My details” first: your colleagues’ emails say who invites."), code="no-name"
        )


def check_team_size(today: int, more: int) -> None:
    """Raise Refusal for more than thirty invitations by one person in a day, of which `today` were sent already."""
    if today + more > MOST_INVITED_A_DAY:
        sentence = _("You can invite %(most)d colleagues a day; you invited %(today)d today.")
        raise Refusal(sentence % {"most": MOST_INVITED_A_DAY, "today": today}, code="too-many")


def is_session_open(session: Session, now: dt.datetime) -> bool:
    """Return whether `check_session_open` accepts the session."""
    try:
        check_session_open(session, now)
    except Refusal:
        return False
    return True


def check_session_open(session: Session, now: dt.datetime) -> None:
    """Raise Refusal if the session is a draft, is cancelled, or is over.

    A session without a date or time can be chosen (PRODUCT.md 3).
    """
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


def check_chosen_sessions(
    sessions: Collection[Session], *, series: Series, chosen: Collection[int], now: dt.datetime
) -> None:
    """Refuse if none is chosen, if a session is not open, or if a chosen id is not among the sessions of the series."""
    if len(sessions) != len(set(chosen)):
        raise Refusal(_("Choose sessions from the list."), code="not-of-series", field="sessions")
    for session in sessions:
        session.series = series
        check_session_open(session, now)
    if not sessions and not series.ongoing:
        raise Refusal(_("Choose at least one session."), code="none-chosen", field="sessions")


def check_key(key: EnrollmentKey | None, *, series: Series | None, uses: int, now: dt.datetime) -> EnrollmentKey:
    """Return the key if it is valid, else raise Refusal with the reason.

    The reasons are: unknown, of another series, not valid yet, expired, used up (PRODUCT.md 2). If `series` is None, a
    key of any series is accepted.
    """
    if key is None:
        raise Refusal(
            _(
                "No series has this key. Type the key only, without other words. Capitals, spaces and hyphens do not "
                "matter."
            ),
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
        when = instant(key.opens_at, None, active_language(), year=True)
        sentence = _("This key is valid from %(when)s on.") % {"when": when}
        raise Refusal(sentence, code="key-early", field="enrollment_key")
    if key.closes_at and now >= key.closes_at:
        when = instant(key.closes_at, None, active_language(), year=True)
        sentence = _("This key was valid until %(when)s.") % {"when": when}
        raise Refusal(f"{sentence} {_how_to_go_on(key)}", code="key-expired", field="enrollment_key")
    if key.max_uses is not None and uses >= key.max_uses:
        sentence = _("This key has been used as many times as it can be.")
        raise Refusal(f"{sentence} {_how_to_go_on(key)}", code="key-used-up", field="enrollment_key")
    return key


def _how_to_go_on(key: EnrollmentKey) -> str:
    sentence = _("Ask %(contact)s for another one. Already enrolled? Sign in, and you need no key.")
    return sentence % {"contact": key.series.hub.reply_address}


def waiting_list_moves(session: Session, now: dt.datetime) -> bool:
    """Return whether people on the waiting list still get free places automatically.

    They do until `promote_until_minutes` before the start. After that, a free place is given to the first person who
    claims it.
    """
    until = waiting_list_moves_until(session)
    return not session.is_over(now) if until is None else now < until


def waiting_list_moves_until(session: Session) -> dt.datetime | None:
    """Return when the waiting list stops moving up (UTC), or None if the session has no start time."""
    if session.starts_at is None:
        return None
    return session.starts_at - dt.timedelta(minutes=session.promote_until_minutes)


def must_wait(session: Session, now: dt.datetime, *, registered: int, waiting: int) -> bool:
    """Return whether somebody who registers goes on the waiting list."""
    return session.is_full(registered) or (
        session.capacity is not None and waiting > 0 and waiting_list_moves(session, now)
    )


def place_can_be_claimed(session: Session, now: dt.datetime, *, registered: int) -> bool:
    """Return whether people on the waiting list can take a place: one is free, and the list no longer moves up."""
    is_open = not session.is_cancelled and not session.is_over(now)
    return is_open and not session.is_full(registered) and not waiting_list_moves(session, now)


def check_can_claim(session: Session, now: dt.datetime, *, registered: int) -> None:
    """Raise Refusal if the waiting list still moves up, or if no place is free."""
    check_session_open(session, now)
    if waiting_list_moves(session, now):
        raise Refusal(
            _("When a place becomes free, the next on the waiting list gets it. We write to you when it is your turn."),
            code="list-moves",
        )
    if not place_can_be_claimed(session, now, registered=registered):
        raise Refusal(_("No place is free at this moment; somebody else was first."), code="no-place")


def keep_until(session: Session, now: dt.datetime) -> dt.datetime | None:
    """Return until when a place is kept for an address that nobody has proved, if somebody waits for it (ADR 17).

    Return None if the place is kept like any other: the session has no limit of places, or its waiting list will no
    longer move up at that time.
    """
    until = now + KEEP_UNPROVED_FOR
    return until if session.capacity is not None and waiting_list_moves(session, until) else None


def check_can_leave(session: Session, now: dt.datetime) -> None:
    if session.is_over(now):
        raise Refusal(_("This session has been held; there is nothing to cancel."), code="held")


def check_not_cancelled(registration: Registration) -> None:
    if registration.state != Registration.State.CANCELLED:
        return
    if registration.was_waiting:
        raise Refusal(_("You are no longer on the waiting list."), code="cancelled")
    raise Refusal(_("This place was given back already."), code="cancelled")


def check_can_move(row: Registration, new: Session, there: Registration | None) -> None:
    """Raise Refusal if a person cannot be moved to this session. `there` is their registration for it, or None.

    A person who has not answered yet can be moved only within the series for which they were added (ADR 27).
    """
    if row.session_id == new.pk or (there is not None and there.state != Registration.State.CANCELLED):
        raise Refusal(_("They are registered for that session already."), code="registered", field="to_session")
    if there is not None and there.given_up == "left":
        raise Refusal(_("They gave up that session themselves."), code="said-no", field="to_session")
    if row.awaits_answer and row.session.series_id != new.series_id:
        raise Refusal(_("They have not said yet whether they take part."), code="unanswered", field="to_session")


def check_can_change(session: Session, now: dt.datetime) -> None:
    """Raise Refusal if the session cannot be moved or cancelled because it is cancelled or over."""
    if session.is_cancelled:
        raise Refusal(_("This session is cancelled."), code="cancelled")
    if session.is_over(now):
        raise Refusal(_("This session has been held."), code="held")


def send_at(*sessions: Session, made_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return when emails that were written at `made_at` about these sessions are due.

    They are due immediately if one of the sessions is live or starts within two hours, otherwise after the time in
    which they can be recalled. `made_at` is on the database's clock, according to which messages become due.
    """
    for session in sessions:
        if session.starts_at and session.starts_at - TOO_CLOSE_TO_WAIT <= now and not session.is_over(now):
            return made_at
    return made_at + RECALL_FOR


def check_can_hold_reminders(session: Session, now: dt.datetime) -> None:
    """Raise Refusal if the session is cancelled or has started, because it then has no more reminders."""
    if session.is_cancelled or session.is_over(now) or (session.starts_at is not None and session.starts_at <= now):
        raise Refusal(_("No reminder of this session is left to be held."), code="no-reminder")


def check_can_propose_merge(person: Person, other: Person, *, in_series: Collection[int]) -> None:
    """Raise Refusal for merging a profile with itself, or people who were never in the series."""
    if person.pk == other.pk:
        raise Refusal(_("Choose another person."), code="same", field="other")
    if not {person.pk, other.pk} <= set(in_series):
        raise Refusal(_("Choose a person of this series."), code="not-of-series", field="other")


def check_can_merge(kept: Person, gone: Person) -> None:
    """Raise Refusal if one of the profiles is closed, or if `gone` has a role or is proved while `kept` is not."""
    if kept.pk == gone.pk:
        raise Refusal(_("Choose two different people."), code="same")
    if not (kept.is_active and gone.is_active):
        raise Refusal(_("One of the profiles is closed."), code="closed")
    if gone.is_staff or gone.memberships.exists():
        raise Refusal(
            _("The profile to be closed has a role. Keep that profile, or end the role first."), code="has-role"
        )
    if gone.is_proved and not kept.is_proved:
        raise Refusal(_("Keep the profile whose mailbox was used."), code="unproved")


def check_can_recall(change: SessionChange, session: Session, email_states: Iterable[str]) -> None:
    """Raise Refusal if one of the change's emails was sent, or if the session was changed again.

    A change that only applied new time zone rules cannot be recalled either.
    """
    if any(state not in UNSENT_STATES for state in email_states):
        raise Refusal(_("The first emails have left; make another change instead."), code="too-late")
    before, after = (SessionSnapshot.read(stored, session) for stored in (change.before, change.after))
    current = SessionSnapshot.of(session)
    if (current.wall_clock, current.state) != (after.wall_clock, after.state):
        raise Refusal(_("The session was changed again since; make another change instead."), code="changed-since")
    if before.is_moved_by_zone_rules(after):
        raise Refusal(_("Nobody moved this session: the rules of its clock changed. Move it by hand."), code="by-rules")
