"""Render reminders a week, a day and an hour before. Those of sessions close together are one email (PRODUCT.md 4)."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.dates import date_long, local_time_changed, moment
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, CalendarPart, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import is_sent_alone, may_mention
from registrations.drop_reasons import DropReason
from registrations.emails.layout import calendar_part, email, room_words, session_card
from registrations.links import confirm_url, join_url, manage_url
from registrations.message_kinds import REMINDER_KINDS, REMINDER_OF_KIND
from registrations.models import Registration
from registrations.queries.email_facts import active_place, other_reminders, recommended_first, session_before
from registrations.queries.first_emails import first_email_is_missing
from registrations.queries.people import has_waiting_reminders
from registrations.reminder_times import NEAR
from registrations.why_sent import registered_for_all
from sessions.models import Session
from sessions.vocabularies import Reminder

LABELS = {
    Reminder.WEEK: gettext_lazy("Reminder, a week before"),
    Reminder.DAY: gettext_lazy("Reminder, a day before"),
    Reminder.HOUR: gettext_lazy("Reminder, an hour before"),
}
# The fields that are loaded just before a reminder is sent, to check that the session has not changed.
DECIDING = ("revision", "session__revision", "session__starts_at")


def register_renderers() -> None:
    for when, kind in REMINDER_KINDS.items():
        kinds.register(
            Kind(
                kind,
                reminder,
                still_true,
                must_arrive=False,
                label=LABELS[when],
                bundle=near_reminders,
                render_bundle=reminder_of_several,
                waits=waits,
            )
        )


def reminder(message: Message) -> Rendered:
    """Render the reminder of one session."""
    return reminder_of_several(message, [])


def reminder_of_several(message: Message, bundle: Sequence[Message]) -> Rendered:
    """Render one email about the session of this reminder and the sessions of the bundled reminders."""
    own = _true_registration(message)
    carried = [_true_registration(row) for row in bundle]
    if own is None:
        raise NoLongerTrue(DropReason.PLACE_LEFT_OR_MOVED)
    rows = [own, *(row for row in carried if row is not None)]
    rows.sort(key=lambda row: (row.session.starts_at, row.session_id))
    person, language = own.person, message.language
    if not person.is_active:
        raise NoLongerTrue(DropReason.PERSON_GONE)
    series = rows[0].session.series
    blocks: list[Block] = []
    for row in rows:
        blocks.append(session_card(row, person, language, _kicker(message, row.session, person)))
        if sentence := _time_change_sentence(row.session, person):
            blocks.append(Paragraph(sentence))
        blocks.append(Button(_("Join the session"), join_url(row, language)))
    blocks.append(Paragraph(room_words([row.session for row in rows]), small=True))
    if first := ", ".join(row.title for row in recommended_first(series.pk)):
        blocks.append(Paragraph(_("Recommended first: %(series)s.") % {"series": first}))
    if has_waiting_reminders(person):
        blocks.append(Paragraph(_("Confirm your address to be reminded of your other sessions too.")))
        blocks.append(Link(_("Confirm my address"), confirm_url(person, language)))
    blocks.append(Link(_("I cannot come: give my place back"), manage_url(person, language)))
    heading = _heading(message, rows, person)
    return rendered(
        email(
            message,
            person,
            series,
            subject=_subject(message, rows, person, language),
            preheader=_("Your joining link and the hours."),
            heading=heading,
            blocks=blocks,
            part=_entry(rows, language),
            why=_why_several(rows),
        )
    )


def _entry(rows: Sequence[Registration], language: str) -> CalendarPart | None:
    """Return the calendar entries, without those of sessions about which the person has not answered (ADR 34)."""
    return calendar_part([row for row in rows if not row.awaits_answer], language)


def _why_several(rows: Sequence[Registration]) -> str:
    """Return the reason for an email about several sessions, or "" if the message's own reason is displayed.

    The message's own reason is displayed for a single session, and for people who have not answered whether they take
    part (ADR 27).
    """
    if len(rows) == 1 or any(row.awaits_answer for row in rows):
        return ""
    return registered_for_all([row.session for row in rows])


def near_reminders(message: Message) -> list[Message]:
    """Return this person's other reminders of the same kind that are still correct and can be part of this email.

    Their due times differ from this one's by at most `NEAR`. Return none if the text of this reminder is edited or
    being edited, because that text is about one session only.
    """
    if is_sent_alone(message):
        return []
    near_by = NEAR[REMINDER_OF_KIND[message.kind]]
    person_id = message.person_id or 0
    found = other_reminders(message.pk, person_id, message.kind, message.due_at - near_by, message.due_at + near_by)
    return [
        row
        for row in found
        if may_mention(row.scope_id) and _true_registration(row, only=DECIDING) is not None and not waits(row)
    ]


def waits(message: Message) -> bool:
    """Return whether the email that tells the person of this place has not been sent."""
    return first_email_is_missing(message.person_id or 0, [message.payload["registration"]])


def still_true(message: Message) -> bool:
    """Return whether the person still has the place, and the session was not moved or cancelled and has not started."""
    return _true_registration(message, only=DECIDING) is not None


def _true_registration(message: Message, *, only: tuple[str, ...] = ()) -> Registration | None:
    """Return the registration, or None if it was cancelled, or its session was moved, was cancelled or has started."""
    row = next(iter(active_place(message.payload["registration"], only=only)), None)
    if row is None or row.sequence != message.payload["sequence"]:
        return None
    begun = row.session.starts_at is None or row.session.starts_at <= _as_of(message)
    return None if begun else row


def _as_of(message: Message) -> dt.datetime:
    """Return the time at which the email is sent: its due time, or now if that has passed. Previews use it too."""
    return max(message.due_at, timezone.now())


def _days_away(message: Message, session: Session, person: Person) -> int:
    zone = zone_of(person)
    assert session.starts_at is not None
    assert session.ends_at is not None
    there = moment(session.starts_at, session.ends_at, zone, person.language)
    leaves_at = _as_of(message)
    today = moment(leaves_at, leaves_at + dt.timedelta(hours=1), zone, person.language)
    return (there.own_date - today.own_date).days


def _kicker(message: Message, session: Session, person: Person) -> str:
    days = _days_away(message, session, person)
    if days == 0:
        return _("Today")
    return _("Tomorrow") if days == 1 else _("Your session")


def _subject(message: Message, rows: list[Registration], person: Person, language: str) -> str:
    """Return the subject: title and date, never a time (DOMAIN.md E-6)."""
    session = rows[0].session
    assert session.starts_at is not None
    assert session.ends_at is not None
    day = moment(session.starts_at, session.ends_at, zone_of(person), language).own_date
    date = date_long(day, language, year=False)
    title = session.full_title_in(language)[0] if len(rows) == 1 else _("%(count)d sessions") % {"count": len(rows)}
    days = _days_away(message, session, person)
    if message.kind == REMINDER_KINDS[Reminder.HOUR]:
        return _("Soon: %(title)s, %(date)s") % {"title": title, "date": date}
    if days == 1:
        return _("Tomorrow: %(title)s, %(date)s") % {"title": title, "date": date}
    return _("Reminder: %(title)s, %(date)s") % {"title": title, "date": date}


def _heading(message: Message, rows: list[Registration], person: Person) -> str:
    if message.kind == REMINDER_KINDS[Reminder.HOUR]:
        return _("Your session begins soon")
    if len(rows) > 1:
        return _("Your next %(count)d sessions") % {"count": len(rows)}
    tomorrow = _days_away(message, rows[0].session, person) == 1
    return _("Your session is tomorrow") if tomorrow else _("Your session is coming up")


def _time_change_sentence(session: Session, person: Person) -> str:
    """Return a sentence if a clock change moved the local time since the previous session, else ""."""
    zone = zone_of(person)
    if zone is None or session.starts_at is None:
        return ""
    previous = next((row.starts_at for row in session_before(session.series_id, session.starts_at)), None)
    if previous is None or not local_time_changed(previous, session.starts_at, zone, session.time_zone):
        return ""
    return _("A clock has changed since the last session: look at the hour above, it is another one for you.")
