"""The email with the answer to “I was there”. It is rendered when it is sent."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.links import absolute_url
from accounts.time_zones import zone_of
from attendance.message_kinds import ATTENDANCE_ANSWER
from attendance.models import AttendanceRequest
from echo_portal.lib.dates import date_long
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from registrations.drop_reasons import DropReason
from registrations.emails.layout import email
from registrations.presenters import own_day


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


def attendance_answer(message: Message) -> Rendered:
    """Render the email. Raises NoLongerTrue if the person is gone."""
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
        blocks.append(Paragraph(_("Your credits and certificates follow from it.")))
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


def _still_true(message: Message) -> bool:
    return AttendanceRequest.objects.filter(pk=message.payload["request"], person__is_active=True).exists()
