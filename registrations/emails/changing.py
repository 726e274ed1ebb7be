"""A session was moved or cancelled: one letter a registrant, with what it was and what it is (PRODUCT.md 4)."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from echo_portal.lib.bilingual import in_language
from echo_portal.outbox import kinds
from echo_portal.outbox.kinds import Kind, NoLongerTrue, Rendered
from echo_portal.outbox.letters import Block, Button, Link, Paragraph, Row, Rows, rendered
from echo_portal.outbox.models import Message
from registrations.emails.parts import calendar_part, cancellation_part, letter, person_of, session_card, when_text
from registrations.links import join_url, manage_url
from registrations.models import Registration, SessionChange
from sessions.models import Session

RESCHEDULED = "rescheduled"
CANCELLED = "session-cancelled"


def register_renderers() -> None:
    kinds.register(Kind(RESCHEDULED, rescheduled, _still_true, must_arrive=True, words=gettext_lazy("Session moved")))
    kinds.register(Kind(CANCELLED, cancelled, _still_true, must_arrive=True, words=gettext_lazy("Session cancelled")))


def rescheduled(message: Message) -> Rendered:
    return rescheduled_letter(message, *_facts(message))


def rescheduled_letter(message: Message, row: Registration, change: SessionChange, person: Person) -> Rendered:
    """The new time first, then the old one; the entry moves by its REQUEST. Nothing need be stored (samples)."""
    language = message.language
    session = row.session
    title = session.title_in(language)[0]
    was = session_as(session, change.before)
    has_place = row.state == Registration.State.REGISTERED
    blocks: list[Block] = []
    blocks += _note(change, language)
    blocks.append(session_card(row, person, language, _("The new time")))
    blocks.append(Rows(_("It was"), (Row(title, when_text(was, person, language), session.title_in(language)[1]),)))
    if has_place and session.starts_at is not None:
        blocks.append(Button(_("Join the session"), join_url(row, language)))
        blocks.append(Paragraph(_("The entry in your calendar moves with the attached file."), small=True))
    blocks.append(Link(_("I cannot come: give my place back"), manage_url(person, language)))
    first_hour = was.starts_at is None and session.starts_at is not None
    heading = _("The hour is set") if first_hour else _("Your session has moved")
    subject = _("The hour is set: %(session)s") if first_hour else _("New time: %(session)s")
    return rendered(
        letter(
            message,
            person,
            session.series,
            subject=subject % {"session": session.full_title_in(language)[0]},
            preheader=_("The new date and hours in your own time."),
            heading=heading,
            blocks=blocks,
            part=calendar_part([row], language) if has_place else None,
        )
    )


def cancelled(message: Message) -> Rendered:
    return cancelled_letter(message, *_facts(message))


def cancelled_letter(message: Message, row: Registration, change: SessionChange, person: Person) -> Rendered:
    """The session does not take place; its CANCEL takes the entry out. Nothing need be stored (samples)."""
    language = message.language
    session = row.session
    title, title_language = session.title_in(language)
    blocks: list[Block] = []
    blocks += _note(change, language)
    blocks.append(Rows(session.series.title, (Row(title, when_text(session, person, language), title_language),)))
    blocks.append(Paragraph(_("You need do nothing. We write no more reminders about it.")))
    blocks.append(Link(_("See my sessions"), manage_url(person, language)))
    return rendered(
        letter(
            message,
            person,
            session.series,
            subject=_("Cancelled: %(session)s") % {"session": session.full_title_in(language)[0]},
            preheader=_("This session does not take place."),
            heading=_("This session is cancelled"),
            blocks=blocks,
            part=cancellation_part(row, language) if row.state == Registration.State.REGISTERED else None,
        )
    )


def session_as(session: Session, values: dict[str, str | None]) -> Session:
    """The session as it stood with these wall-clock values; not to be saved."""
    was = Session(series=session.series, number=session.number, time_zone=values["time_zone"] or session.time_zone)
    was.title_en, was.title_fr = session.title_en, session.title_fr
    was.on_date = dt.date.fromisoformat(values["on_date"]) if values["on_date"] else None
    was.start_time = dt.time.fromisoformat(values["start_time"]) if values["start_time"] else None
    was.end_time = dt.time.fromisoformat(values["end_time"]) if values["end_time"] else None
    was.derive_moments()
    return was


def _note(change: SessionChange, language: str) -> list[Block]:
    text = in_language(change, "note", language)[0]
    return [Paragraph(text)] if text else []


def _facts(message: Message) -> tuple[Registration, SessionChange, Person]:
    row = _standing(message)
    if row is None:
        raise NoLongerTrue("the place was given back, or the session was changed again")
    change = SessionChange.objects.get(pk=message.payload["change"])
    return row, change, person_of(message)


def _standing(message: Message) -> Registration | None:
    row = (
        Registration.objects.standing()
        .filter(pk=message.payload["registration"])
        .select_related("session__series__hub", "person")
        .first()
    )
    return row if row is not None and row.sequence == message.payload["sequence"] else None


def _still_true(message: Message) -> bool:
    return _standing(message) is not None
