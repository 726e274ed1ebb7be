"""The email to a person whom a coordinator registered: who did this, why, and how to answer yes or no (ADR 27)."""

import dataclasses
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.links import absolute_url
from accounts.models import Person
from accounts.time_zones import zone_of
from echo_portal.lib.dates import instant
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from registrations.drop_reasons import DropReason
from registrations.emails.layout import (
    answer_links,
    card_with_hours,
    email,
    next_timed,
    note_blocks,
    other_dates,
    recipient_of,
    registrations_in,
    series_of,
    unusual_hours,
    waiting_rows,
)
from registrations.message_kinds import ADDED
from registrations.models import Addition, Registration
from registrations.queries.email_facts import active_among, covers_later_sessions
from registrations.queries.people import only_waits
from registrations.why_sent import hub_added
from sessions.models import Series

State = Registration.State


def register_renderers() -> None:
    kinds.register(Kind(ADDED, added, _stands, must_arrive=True, label=gettext_lazy("Registered by the hub")))


def added(message: Message) -> Rendered:
    """Render the email about all registrations of an addition. It contains no calendar entry before the answer."""
    named = registrations_in(message)
    person, series, language = recipient_of(message, named), series_of(message, named), message.language
    addition = Addition.objects.select_related("added_by").get(pk=message.payload["addition"])
    rows = [row for row in named if row.state != State.CANCELLED and not row.session.is_cancelled]
    if message.payload["registrations"] and not rows:
        raise NoLongerTrue(DropReason.EVERY_PLACE_LEFT)
    if rows and all(row.session.is_over(timezone.now()) for row in rows):
        raise NoLongerTrue(DropReason.HELD)
    registered = [row for row in rows if row.state == State.REGISTERED]
    waiting = [row for row in rows if row.state == State.WAITING]
    waits = only_waits(rows, timezone.now())
    words = _words_of_waiting() if waits else _words_of_places()
    blocks: list[Block] = [Paragraph(_who(addition, series, words))]
    blocks += note_blocks(addition, language)
    for given in message.payload.get("given", []):
        blocks += _given_place(given, registered, series, language)
    if registered:
        first = next_timed(registered) or registered[0]
        kicker = _("Your next session") if len(registered) > 1 else _("Your session")
        unusual = unusual_hours(series, person)
        blocks += card_with_hours(first, person, language, kicker, unusual)
        if others := [row.session for row in registered if row is not first]:
            blocks.append(other_dates(others, person, language, unusual))
    blocks += waiting_rows(waiting, person, language)
    if covers_later_sessions(person.pk, series.pk):
        blocks.append(Paragraph(_("Your registration includes the sessions that are added to the series later.")))
    blocks.append(Paragraph(_terms(person, rows, language)))
    blocks += [
        *answer_links(person, addition, language, waits=waits),
        Paragraph(
            _("The hub gave us your address for this only. You get no news from us unless you ask for it."), small=True
        ),
        Link(_("Privacy policy"), absolute_url("privacy", language)),
    ]
    return rendered(
        email(
            message,
            person,
            series,
            subject=words.subject % {"series": series.title},
            preheader=words.preheader,
            heading=words.heading % {"hub": series.hub.name},
            blocks=blocks,
            why=hub_added(series, waits=waits)(),
        )
    )


@dataclasses.dataclass(frozen=True)
class _Words:
    """Sentences with placeholders, for a person with a place or a person who only waits."""

    subject: str
    preheader: str
    heading: str
    by_person: str
    by_hub: str


def _words_of_places() -> _Words:
    return _Words(
        subject=_("You were registered: %(series)s"),
        preheader=_("Please say whether you take part."),
        heading=_("%(hub)s registered you"),
        by_person=_("%(name)s of %(hub)s registered you for “%(series)s”."),
        by_hub=_("%(hub)s registered you for “%(series)s”."),
    )


def _words_of_waiting() -> _Words:
    return _Words(
        subject=_("You’re on the waiting list: %(series)s"),
        preheader=_("You have no place yet. Please say whether you want to wait for one."),
        heading=_("%(hub)s put you on a waiting list"),
        by_person=_("%(name)s of %(hub)s put you on a waiting list of “%(series)s”. You have no place yet."),
        by_hub=_("%(hub)s put you on a waiting list of “%(series)s”. You have no place yet."),
    )


def _who(addition: Addition, series: Series, words: _Words) -> str:
    facts = {"hub": series.hub.name, "series": series.title}
    if addition.added_by is not None and addition.added_by.name:
        return words.by_person % {"name": addition.added_by.name, **facts}
    return words.by_hub % facts


def _given_place(
    given: dict[str, Any], registered: Sequence[Registration], series: Series, language: str
) -> list[Block]:
    """Return the sentences about a place that the hub gave the person before the email was sent, if they have it."""
    row = next((row for row in registered if row.pk == given["registration"]), None)
    if row is None:
        return []
    facts = {"hub": series.hub.name, "session": row.session.full_title_in(language)[0]}
    said = SimpleNamespace(note_en=given["note_en"], note_fr=given["note_fr"])
    return [Paragraph(_("%(hub)s gave you a place in “%(session)s”.") % facts), *note_blocks(said, language)]


def _terms(person: Person, rows: Sequence[Registration], language: str) -> str:
    """Return a sentence about the time before the answer: how long places are kept, and which reminders are sent."""
    now = timezone.now()
    if only_waits(rows, now):
        return _("Say yes, and you stay on the waiting list. We write to you when a place is yours.")
    kept_until = min((row.kept_until for row in rows if row.kept_until and row.kept_until > now), default=None)
    if kept_until is not None:
        return ngettext(
            "Places in this session are limited. Say yes by %(time)s: after that, your place goes to the next person "
            "if somebody is waiting.",
            "Places in some of these sessions are limited. Say yes by %(time)s: after that, your place there goes to "
            "the next person if somebody is waiting.",
            len(rows),
        ) % {"time": instant(kept_until, zone_of(person), language)}
    if any(row.reminders_wait for row in rows):
        return _(
            "Say yes, and you get the joining links, a calendar entry and reminders of all your sessions. Until then, "
            "we remind you of the next one only."
        )
    return _("Say yes, and you get the joining links and a calendar entry.")


def _stands(message: Message) -> bool:
    """Return whether the addition was not recalled and the person still has at least one of its places."""
    ids = message.payload["registrations"]
    recalled = Addition.objects.filter(pk=message.payload["addition"]).exclude(recalled_at=None)
    return not recalled.exists() and (not ids or bool(active_among(ids)))
