"""Calendar entries of a person's sessions: invitations, cancellations, files and the private feed (PRODUCT.md 4)."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.links import FEED, absolute_url, token_for
from accounts.models import Person
from echo_portal.outbox.mime import sender_address
from registrations.links import join_url
from registrations.models import Registration
from sessions import calendar as sessions_calendar
from sessions.calendar_events import Attendee, Entry
from sessions.models import Session


def organiser(session: Session) -> tuple[str, str]:
    """Return the name of the hub and the address that sends emails.

    Replies of calendars are sent to this address, which is also the one in the From header (IC-3).
    """
    return session.series.hub.name, sender_address()


def own_entry(registration: Registration, language: str, *, with_attendee: bool, removed: bool = False) -> Entry | None:
    """Return the calendar entry of this registration, with the person's joining link unless it is cancelled."""
    session = registration.session
    with override(language):
        name, address = organiser(session)
        gone = removed or session.is_cancelled or registration.state == Registration.State.CANCELLED
        join = "" if gone else join_url(registration, language)
        person = registration.person
        attendee = Attendee(person.email, person.name_in_emails) if with_attendee else None
        return sessions_calendar.entry(
            session,
            language=language,
            sequence=registration.sequence,
            changed_at=registration.changed_at,
            written_at=timezone.now() if with_attendee else None,
            organiser_name=name,
            organiser_address=address,
            page_url=absolute_url("series", language, slug=session.series.slug),
            description=_description(session, join),
            join_url=join,
            attendee=attendee,
            cancelled=gone,
        )


def _description(session: Session, join: str) -> str:
    """Return the description of an entry. If there is a joining link, the description explains how to take part."""
    lines = [session.series.title]
    if join:
        if session.read_before:
            lines.append(_("Read before: %(document)s") % {"document": session.read_before})
        lines.append(_("Join: %(url)s") % {"url": join})
        lines.append(_("The room opens 10 minutes before. Telephone numbers are on the same page."))
    return "\n".join(lines)


def chosen_entry(session: Session, language: str, *, join: str) -> Entry | None:
    """Return the entry of a session that was chosen in a form, for the page that confirms the form.

    It contains no value of an earlier registration of the same address, such as its revision.
    """
    name, address = organiser(session)
    return sessions_calendar.entry(
        session,
        language=language,
        sequence=session.revision,
        organiser_name=name,
        organiser_address=address,
        page_url=absolute_url("series", language, slug=session.series.slug),
        description=_description(session, "" if session.is_cancelled else join),
        join_url="" if session.is_cancelled else join,
        cancelled=session.is_cancelled,
    )


def invitation(registration: Registration, language: str) -> bytes:
    """Return an iCalendar file with the REQUEST for one session (RFC 5546)."""
    return sessions_calendar.calendar([own_entry(registration, language, with_attendee=True)], method="REQUEST")


def cancellation(registration: Registration, language: str) -> bytes:
    """Return an iCalendar file with the CANCEL for one session."""
    gone = own_entry(registration, language, with_attendee=True, removed=True)
    return sessions_calendar.calendar([gone], method="CANCEL")


def file_of(registrations: Iterable[Registration], language: str) -> bytes:
    """Return an iCalendar file (PUBLISH) with several sessions, which people can import once."""
    return sessions_calendar.calendar(
        [own_entry(registration, language, with_attendee=False) for registration in registrations],
        method="PUBLISH",
    )


def feed_url(person: Person, language: str) -> str:
    return absolute_url("feed", language, token=token_for(person, FEED))


def feed_of(person: Person, registrations: Iterable[Registration]) -> bytes:
    """Return the private feed as an iCalendar file. Calendars that subscribe to it get all changes."""
    with override(person.language):
        name = _("My ECHO sessions")
    return sessions_calendar.calendar(
        [own_entry(registration, person.language, with_attendee=False) for registration in registrations],
        method="PUBLISH",
        name=name,
        source_url=feed_url(person, person.language),
    )
