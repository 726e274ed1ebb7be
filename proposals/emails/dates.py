"""Emails to people who want to be told when a series gets a date."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.links import absolute_url
from accounts.time_zones import zone_of
from echo_portal.lib.dates import date_long, moment
from echo_portal.lib.text import with_one_colon
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, EmailContent, Link, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from proposals.drop_reasons import DropReason
from proposals.links import watch_url
from proposals.message_kinds import DATE_SET, WATCH
from proposals.models import DateWatch
from sessions.models import Session


def register_renderers() -> None:
    kinds.register(
        Kind(
            WATCH, to_be_confirmed, is_unconfirmed, must_arrive=True, label=gettext_lazy("Date of a series, to confirm")
        )
    )
    kinds.register(Kind(DATE_SET, date_set, has_date, must_arrive=False, label=gettext_lazy("A series has a date")))


def is_unconfirmed(message: Message) -> bool:
    return DateWatch.objects.filter(pk=message.payload["watch"], confirmed_at=None).exists()


def has_date(message: Message) -> bool:
    row = DateWatch.objects.filter(pk=message.payload["watch"]).select_related("series").first()
    return row is not None and _next_session(row) is not None


def to_be_confirmed(message: Message) -> Rendered:
    """Render the email that asks the owner of an address to confirm a request, which anybody may have sent."""
    row = _watch(message)
    heading = _("Shall we tell you of a date?")
    sentence = _("Somebody asked us to write to this address when the series “%(series)s” gets a date.")
    if row.is_about_next:
        heading = _("Shall we tell you of the next date?")
        sentence = _("Somebody asked us to write to this address about the next date of the series “%(series)s”.")
    return _email(
        message,
        row,
        subject=heading,
        heading=heading,
        preheader=_("One press, and we write once."),
        blocks=[
            Paragraph(sentence % {"series": row.series.title}),
            Button(_("Yes, tell me"), watch_url(row, message.language)),
            Paragraph(_("Not from you? Do nothing: it is deleted after two weeks."), small=True),
        ],
    )


def date_set(message: Message) -> Rendered:
    """Render the email about the first date or, for an open-ended series, the next one.

    Raises NoLongerTrue if the series no longer has one.
    """
    row = _watch(message)
    session = _next_session(row)
    if session is None or session.on_date is None:
        raise NoLongerTrue(DropReason.NO_DATE)
    language, series = message.language, row.series
    when = date_long(session.on_date, language)
    if session.starts_at and session.ends_at:
        times = moment(session.starts_at, session.ends_at, zone_of(row.person), language)
        when = f"{date_long(times.own_date, language)}, {times.own_text or times.eastern_text}"
    title = session.title_in(language)[0]
    sentence, heading = _("The series “%(series)s” has a date."), _("There is a date")
    if row.is_about_next:
        heading = _("There is another date")
        sentence = _("The series “%(series)s” has another date.")
    return _email(
        message,
        row,
        subject=with_one_colon(_("A date for %(series)s") % {"series": series.title}),
        heading=heading,
        preheader=when,
        blocks=[
            Paragraph(sentence % {"series": series.title}),
            Paragraph(_("%(title)s, %(date)s") % {"title": title, "date": when}),
            Button(_("See it and register"), absolute_url("series", language, slug=series.slug)),
            Paragraph(_("You are not registered yet. We do not write to you again about this series."), small=True),
            Link(_("I did not want this"), watch_url(row, language)),
        ],
    )


def _next_session(row: DateWatch) -> Session | None:
    sessions = Session.objects.open_for_registration(timezone.now()).filter(series=row.series_id, on_date__isnull=False)
    if row.after_on is not None:
        sessions = sessions.filter(on_date__gt=row.after_on)
    return sessions.select_related("series__hub").in_order_of_time().first()


def _email(
    message: Message, row: DateWatch, *, subject: str, heading: str, preheader: str, blocks: list[Block]
) -> Rendered:
    hub = row.series.hub
    return rendered(
        EmailContent(
            language=message.language,
            subject=subject,
            preheader=preheader,
            heading=heading,
            blocks=tuple(blocks),
            from_name=hub.name,
            why=message.why,
            reply_to=hub.reply_address,
        )
    )


def _watch(message: Message) -> DateWatch:
    row = DateWatch.objects.filter(pk=message.payload["watch"]).select_related("series__hub", "person").first()
    if row is None:
        raise NoLongerTrue(DropReason.NO_DATE)
    return row
