"""Emails about attendance: answers to requests “I was there”, and recordings. They are rendered when they are sent."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.links import absolute_url
from accounts.time_zones import zone_of
from attendance.message_kinds import ATTENDANCE_ANSWER, MISSED_RECORDING
from attendance.models import AttendanceRequest
from attendance.queries.missed import missed_place, recording_of
from echo_portal.lib.dates import date_long
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import is_sent_alone, may_mention
from registrations.drop_reasons import DropReason
from registrations.emails.layout import email
from registrations.links import manage_url
from registrations.models import Registration
from registrations.presenters import own_day
from sessions.models import Material

TOGETHER = dt.timedelta(days=1)  # emails about recordings that are due within this time are bundled


def register_renderers() -> None:
    kinds.register(
        Kind(
            ATTENDANCE_ANSWER,
            attendance_answer,
            _still_true,
            must_arrive=True,
            label=gettext_lazy("Answer about attendance"),
        )
    )
    kinds.register(
        Kind(
            MISSED_RECORDING,
            missed_recording,
            _still_missed,
            must_arrive=False,
            label=gettext_lazy("Recording of a missed session"),
            bundle=_near_recordings,
            render_bundle=missed_recordings,
        )
    )


def attendance_answer(message: Message) -> Rendered:
    """Render the email with the answer to a request. Raises NoLongerTrue if the person no longer exists."""
    rows = AttendanceRequest.objects.select_related("person", "session__series__hub", "correction")
    request = rows.get(pk=message.payload["request"])
    if not request.person.is_active:
        raise NoLongerTrue(DropReason.PERSON_GONE)
    language, session = message.language, request.session
    title = session.full_title_in(language)[0]
    facts = {"title": title, "date": date_long(own_day(session, zone_of(request.person)), language)}
    blocks: list[Block] = []
    if request.correction is not None:
        minutes = request.correction.minutes_after or 0
        subject, heading = _("Your attendance is confirmed: %(title)s") % facts, _("Your attendance is confirmed")
        sentence = ngettext(
            "“%(title)s”, %(date)s: %(minutes)d minute.", "“%(title)s”, %(date)s: %(minutes)d minutes.", minutes
        )
        blocks.append(Paragraph(sentence % {**facts, "minutes": minutes}))
        blocks.append(Paragraph(_("When the hub issues certificates, yours counts these minutes.")))
    else:
        subject, heading = (
            _("Your attendance is not confirmed: %(title)s") % facts,
            _("Your attendance is not confirmed"),
        )
        blocks.append(Paragraph(_("“%(title)s”, %(date)s") % facts))
    if request.answer:
        blocks.append(Paragraph(_("The hub writes: “%(answer)s”") % {"answer": request.answer}))
    blocks.append(Button(_("See my sessions and credits"), absolute_url("my_credits", language)))
    blocks.append(Paragraph(_("Something does not match? Answer this email."), small=True))
    return rendered(
        email(
            message,
            request.person,
            session.series,
            subject=subject,
            preheader=heading,
            heading=heading,
            blocks=blocks,
        )
    )


def missed_recording(message: Message) -> Rendered:
    """Render the email about a single recording."""
    return missed_recordings(message, [])


def missed_recordings(message: Message, bundle: Sequence[Message]) -> Rendered:
    """Render one email with a button for each recording, of this message and of the bundled messages.

    Raises NoLongerTrue if the person has not missed the session of this message after all.
    """
    own = _missed_place(message)
    if own is None:
        raise NoLongerTrue(DropReason.NOT_MISSED)
    rows = [own, *(row for row in map(_missed_place, bundle) if row is not None)]
    person, language = own.person, message.language
    if len(rows) == 1:
        subject = _("Recording: %(title)s") % {"title": own.session.full_title_in(language)[0]}
        heading = _("You missed it, here is the recording")
    else:
        subject = _("The recordings of %(count)d sessions") % {"count": len(rows)}
        heading = _("You missed them, here are the recordings")
    blocks: list[Block] = []
    for row in rows:
        named = row.session.full_title_in(language)[0]
        day = date_long(own_day(row.session, zone_of(person)), language)
        blocks.append(Paragraph(_("“%(title)s”, %(date)s") % {"title": named, "date": day}))
        blocks.append(Button(_("Watch the recording"), _recording_url(row, language)))
    blocks += [
        Paragraph(_("You are not in the attendance report. Watching the recording does not count as attending.")),
        Link(_("You were there? Tell the hub"), absolute_url("my_credits", language)),
    ]
    return rendered(
        email(
            message,
            person,
            own.session.series,
            subject=subject,
            preheader=heading,
            heading=heading,
            blocks=blocks,
        )
    )


def _recording_url(row: Registration, language: str) -> str:
    """Return the address of the recording if it is open to everyone; else that of the session in "My sessions"."""
    recording = recording_of(row.session)
    if recording is not None and recording.open_to == Material.OpenTo.PUBLIC:
        return absolute_url("material", language, material=recording.public_id)
    return f"{manage_url(row.person, language)}#session-{row.session.public_id}"


def _near_recordings(message: Message) -> list[Message]:
    """Return the person's other emails about recordings that are still correct and can be part of this one."""
    if is_sent_alone(message):
        return []
    now = timezone.now()
    latest = max(message.due_at, now) + TOGETHER
    rows = Message.objects.beside(
        message.pk, person_id=message.person_id, kind=MISSED_RECORDING, now=now, due_at__lte=latest
    )
    return [row for row in rows if may_mention(row.scope_id) and _still_missed(row)]


def _missed_place(message: Message) -> Registration | None:
    return missed_place(message.payload["registration"], timezone.now())


def _still_missed(message: Message) -> bool:
    return _missed_place(message) is not None


def _still_true(message: Message) -> bool:
    return AttendanceRequest.objects.filter(pk=message.payload["request"], person__is_active=True).exists()
