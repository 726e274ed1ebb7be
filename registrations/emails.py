"""What registering writes: one function per occasion, rendered when it is sent (ARCHITECTURE P3)."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.clock import zone_of
from accounts.links import MANAGE, absolute_url, token_for
from accounts.models import Person
from echo_portal.lib.dates import date_block, date_long, moment
from echo_portal.outbox import kinds
from echo_portal.outbox.kinds import CalendarPart, Kind, NoLongerTrue, Rendered
from echo_portal.outbox.letters import (
    Block,
    Button,
    Letter,
    Link,
    Paragraph,
    Row,
    Rows,
    SessionCard,
    rendered,
)
from echo_portal.outbox.models import Message
from registrations import calendar
from registrations.links import join_url, manage_url
from registrations.models import Registration
from registrations.queries import clashes, equivalent_registrations, place_in_line, registrations_of
from sessions.models import Series, Session

CONFIRMATION = "confirmation"
UNCHANGED = "registration-unchanged"
LEFT = "left"
PLACE = "place-from-waiting-list"

State = Registration.State


def register_renderers() -> None:
    kinds.register(Kind(CONFIRMATION, confirmation, _something_stands, must_arrive=True))
    kinds.register(Kind(UNCHANGED, unchanged, lambda message: True, must_arrive=False))
    kinds.register(Kind(LEFT, left, _still_left, must_arrive=True))
    kinds.register(Kind(PLACE, place_from_waiting_list, _has_place, must_arrive=True))


def confirmation(message: Message) -> Rendered:
    """One letter for the whole selection: one session is itself the invitation, several carry a file (PRODUCT.md 4)."""
    person, series = _person(message), _series(message)
    rows = [row for row in _rows(message) if row.state != State.CANCELLED and not row.session.is_cancelled]
    if not rows and message.payload["registrations"]:
        raise NoLongerTrue("every place was given back before the confirmation left")
    language = message.language
    registered = [row for row in rows if row.state == State.REGISTERED]
    waiting = [row for row in rows if row.state == State.WAITING]
    heading = _confirmation_heading(series, registered, waiting)
    blocks: list[Block] = [
        Paragraph(
            _("%(series)s. Keep this e-mail: its links are yours, and you need no password.") % {"series": series.title}
        )
    ]
    blocks += _card_and_buttons(person, registered, language)
    shown = _next_timed(registered) or (registered[0] if registered else None)
    others = [row for row in registered if row is not shown]
    if others:
        blocks.append(Rows(_("Your other dates"), tuple(_date_row(row.session, person, language) for row in others)))
    blocks += _waiting_rows(waiting, person, language)
    blocks += _things_to_know(person, series, rows)
    blocks.append(Link(_("Change or cancel my sessions"), manage_url(person, language)))
    return rendered(
        _letter(
            message,
            person,
            series,
            subject=_("You’re registered: %(series)s") % {"series": series.title}
            if registered or not waiting
            else _("You’re on the waiting list: %(series)s") % {"series": series.title},
            preheader=_preheader(registered, language, person),
            heading=heading,
            blocks=blocks,
            part=_calendar_part(registered, language),
        )
    )


def unchanged(message: Message) -> Rendered:
    """Somebody sent the form again for this address: its owner learns that nothing changed."""
    person, series = _person(message), _series(message)
    return rendered(
        _letter(
            message,
            person,
            series,
            subject=_("Nothing changed: %(series)s") % {"series": series.title},
            preheader=_("You were registered already."),
            heading=_("You were registered already"),
            blocks=[
                Paragraph(
                    _("The form for “%(series)s” was sent again with your address. Nothing changed.")
                    % {"series": series.title}
                ),
                Button(_("See my sessions"), manage_url(person, message.language)),
            ],
        )
    )


def left(message: Message) -> Rendered:
    """A place was given back: for one session with the CANCEL of its calendar entry."""
    person, series = _person(message), _series(message)
    rows = [row for row in _rows(message) if row.state == State.CANCELLED]
    if not rows:
        raise NoLongerTrue("the person has come back since")
    language = message.language
    part = None
    if len(rows) == 1 and rows[0].session.starts_at:
        part = CalendarPart("CANCEL", "cancel.ics", calendar.cancellation(rows[0], language))
    heading = ngettext("Your place was given back", "Your %(count)d places were given back", len(rows)) % {
        "count": len(rows)
    }
    blocks: list[Block] = [
        Rows(series.title, tuple(_date_row(row.session, person, language) for row in rows)),
        Paragraph(_("We write no more reminders about it. You can come back while there are places.")),
        Link(_("See my sessions"), manage_url(person, language)),
    ]
    subject = _("Cancelled by you: %(series)s") % {"series": series.title}
    return rendered(
        _letter(
            message,
            person,
            series,
            subject=subject,
            preheader=heading,
            heading=heading,
            blocks=blocks,
            part=part,
        )
    )


def place_from_waiting_list(message: Message) -> Rendered:
    """A place became free: the invitation, and one press to decline."""
    rows = _rows(message)
    if not rows or not _has_place(message):
        raise NoLongerTrue("the place was given back, or the session is cancelled")
    row, person, language = rows[0], _person(message), message.language
    series = row.session.series
    blocks: list[Block] = [
        Paragraph(_("Somebody gave a place back, and you were next on the waiting list.")),
        _card(row, person, language, _("Your session")),
        Button(
            _("Join the session"),
            join_url(row, language),
            Link(_("I cannot come: give the place to the next person"), manage_url(person, language)),
        ),
    ]
    return rendered(
        _letter(
            message,
            person,
            series,
            subject=_("You have a place: %(session)s") % {"session": row.session.title},
            preheader=_("You were next on the waiting list."),
            heading=_("You have a place"),
            blocks=blocks,
            part=_calendar_part([row], language),
        )
    )


def _letter(
    message: Message,
    person: Person,
    series: Series,
    *,
    subject: str,
    preheader: str,
    heading: str,
    blocks: Sequence[Block],
    part: CalendarPart | None = None,
) -> Letter:
    other = "fr" if message.language == "en" else "en"
    label = "Recevoir mes courriels en français" if other == "fr" else "Get my e-mails in English"
    return Letter(
        language=message.language,
        subject=subject,
        preheader=preheader,
        heading=heading,
        blocks=tuple(blocks),
        from_name=series.hub.name,
        why=message.why,
        reply_to=calendar.reply_address(series.hub),
        other_language=Link(label, f"{manage_url(person, other)}#language", other),
        calendar=part,
    )


def _confirmation_heading(series: Series, registered: Sequence[Registration], waiting: Sequence[Registration]) -> str:
    if registered:
        return ngettext(
            "You’re registered for one session", "You’re registered for %(count)d sessions", len(registered)
        ) % {"count": len(registered)}
    if waiting:
        return ngettext(
            "You’re on the waiting list", "You’re on the waiting list of %(count)d sessions", len(waiting)
        ) % {"count": len(waiting)}
    return _("You’re enrolled in the series")


def _preheader(registered: Sequence[Registration], language: str, person: Person) -> str:
    row = _next_timed(registered)
    if row is None or row.session.starts_at is None or row.session.ends_at is None:
        return _("Your links and what happens next.")
    when = moment(row.session.starts_at, row.session.ends_at, zone_of(person), language)
    return _("Your links and a calendar entry. Next: %(date)s.") % {
        "date": date_long(when.own_date, language, year=False)
    }


def _next_timed(registered: Sequence[Registration]) -> Registration | None:
    return next((row for row in registered if row.session.starts_at is not None), None)


def _card_and_buttons(person: Person, registered: Sequence[Registration], language: str) -> list[Block]:
    if not registered:
        return []
    first = _next_timed(registered) or registered[0]
    blocks: list[Block] = [
        _card(first, person, language, _("Your next session") if len(registered) > 1 else _("Your session"))
    ]
    feed = Link(
        _("Subscribe to my calendar: it moves by itself"),
        absolute_url("subscribe", language, token=token_for(person, MANAGE)),
    )
    if first.session.starts_at is None:
        blocks.append(Paragraph(_("We write to you when its hour is set.")))
        return blocks
    blocks.append(Button(_("Join the session"), join_url(first, language), feed if len(registered) > 1 else None))
    if len(registered) > 1:
        blocks.append(Paragraph(_("The attached file holds all of these dates for your calendar."), small=True))
    blocks.append(
        Paragraph(
            _("The room opens 10 minutes early. No computer? The telephone numbers are on the joining page."),
            small=True,
        )
    )
    return blocks


def _card(row: Registration, person: Person, language: str, kicker: str) -> SessionCard:
    session = row.session
    title, title_language = session.title_in(language)
    series = _("%(series)s, session %(number)s") % {"series": session.series.title, "number": session.number}
    note = _("Read before: %(document)s") % {"document": session.read_before} if session.read_before else ""
    if session.starts_at is None or session.ends_at is None:
        day = session.on_date
        block = date_block(day, language) if day else None
        return SessionCard(
            kicker,
            block.weekday if block else "",
            block.day if block else "",
            block.month if block else "",
            title,
            title_language,
            series,
            "",
            "",
            date_long(day, language) if day else _("Date to be announced"),
            note,
        )
    when = moment(session.starts_at, session.ends_at, zone_of(person), language)
    block = date_block(when.own_date, language)
    return SessionCard(
        kicker,
        block.weekday,
        block.day,
        block.month,
        title,
        title_language,
        series,
        when.own_text,
        when.eastern_text,
        date_long(when.own_date, language),
        note,
    )


def when_text(session: Session, person: Person, language: str) -> str:
    """The date and the hours as one line, for lists."""
    if session.starts_at is None or session.ends_at is None:
        return date_long(session.on_date, language) if session.on_date else _("Date to be announced")
    when = moment(session.starts_at, session.ends_at, zone_of(person), language)
    return f"{date_long(when.own_date, language)} · {when.text}"


def _date_row(session: Session, person: Person, language: str) -> Row:
    title, title_language = session.title_in(language)
    return Row(f"{session.number}. {title}", when_text(session, person, language), title_language)


def _waiting_rows(waiting: Sequence[Registration], person: Person, language: str) -> list[Block]:
    if not waiting:
        return []
    rows = tuple(
        Row(
            row.session.title_in(language)[0],
            _("%(when)s. You are number %(place)d.")
            % {"when": when_text(row.session, person, language), "place": place_in_line(row)},
            row.session.title_in(language)[1],
        )
        for row in waiting
    )
    note = _("These sessions are full. When a place becomes free you get it by yourself, and we write to you at once.")
    return [Rows(_("On the waiting list"), rows, note)]


def _things_to_know(person: Person, series: Series, rows: Sequence[Registration]) -> list[Block]:
    """Clashes, two dates of the same content, and what is recommended first."""
    mine = registrations_of(person)
    new = {row.pk for row in rows}
    blocks: list[Block] = []
    for one, other in clashes(mine):
        if {one.pk, other.pk} & new:
            blocks.append(
                Paragraph(
                    _("Two of your sessions meet: “%(one)s” and “%(other)s” overlap or follow without a pause.")
                    % {"one": one.session.title, "other": other.session.title}
                )
            )
    if any({one.pk, other.pk} & new for one, other in equivalent_registrations(mine)):
        blocks.append(
            Paragraph(_("You now have two dates with the same content. One is enough: give the other place back."))
        )
    recommended = [first.title for first in series.recommended_first.published()]
    if recommended:
        blocks.append(Paragraph(_("Recommended first: %(series)s.") % {"series": ", ".join(recommended)}))
    return blocks


def _calendar_part(registered: Sequence[Registration], language: str) -> CalendarPart | None:
    """One session: REQUEST. Several: one PUBLISH file (RFC 5546 lets a REQUEST carry one UID)."""
    timed = [row for row in registered if row.session.starts_at is not None]
    if not timed:
        return None
    if len(timed) == 1 and len(registered) == 1:
        return CalendarPart("REQUEST", "invite.ics", calendar.invitation(timed[0], language))
    return CalendarPart("PUBLISH", _("sessions.ics"), calendar.file_of(timed, language))


def _person(message: Message) -> Person:
    person = Person.objects.filter(pk=message.person_id or 0, is_active=True).first()
    if person is None:
        raise NoLongerTrue("the person is gone")
    return person


def _series(message: Message) -> Series:
    return Series.objects.select_related("hub").get(pk=message.payload["series"])


def _rows(message: Message) -> list[Registration]:
    ids = message.payload.get("registrations") or [message.payload.get("registration")]
    return list(
        Registration.objects.filter(pk__in=[pk for pk in ids if pk], person_id=message.person_id or 0)
        .select_related("session__series__hub", "person")
        .order_by("session__on_date", "session__starts_at", "session__number")
    )


def _something_stands(message: Message) -> bool:
    ids = message.payload["registrations"]
    return not ids or Registration.objects.standing().filter(pk__in=ids).exists()


def _still_left(message: Message) -> bool:
    return Registration.objects.filter(pk__in=message.payload["registrations"], state=State.CANCELLED).exists()


def _has_place(message: Message) -> bool:
    return (
        Registration.objects.registered()
        .filter(pk=message.payload["registration"])
        .exclude(session__state=Session.State.CANCELLED)
        .filter(session__ends_at__gt=timezone.now())
        .exists()
    )
