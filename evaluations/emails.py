"""Emails that ask for an evaluation. They are rendered when they are sent."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.time_zones import zone_of
from echo_portal.lib.dates import date_long, instant
from echo_portal.outbox import kinds
from echo_portal.outbox.email_content import Block, Button, Paragraph, Rendered, rendered
from echo_portal.outbox.kinds import Kind, NoLongerTrue
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import is_sent_alone, may_mention
from echo_portal.outbox.reasons import register_reasons
from evaluations.drop_reasons import DropReason
from evaluations.links import evaluation_url
from evaluations.message_kinds import EVALUATION, EVALUATION_NUDGE
from evaluations.models import Invitation
from evaluations.queries.emails import waiting_invitation
from evaluations.schedule import NUDGES_TOGETHER
from registrations.emails.layout import email
from registrations.presenters import own_day


def register_renderers() -> None:
    register_reasons(DropReason)
    kinds.register(Kind(EVALUATION, evaluation, still_true, must_arrive=False, label=gettext_lazy("Evaluation")))
    kinds.register(
        Kind(
            EVALUATION_NUDGE,
            evaluation,
            still_true,
            must_arrive=False,
            label=gettext_lazy("Evaluation, reminder"),
            bundle=near_nudges,
            render_bundle=evaluation_of_several,
        )
    )


def evaluation(message: Message) -> Rendered:
    """Render the email about a single session."""
    return evaluation_of_several(message, [])


def evaluation_of_several(message: Message, bundle: Sequence[Message]) -> Rendered:
    """Render one email with a button for each session, of this message and of the bundled messages.

    Raises NoLongerTrue if this message's own evaluation is closed or was answered.
    """
    own = _invitation(message)
    if own is None:
        raise NoLongerTrue(DropReason.EVALUATION_ENDED)
    # Two nudges about one session are one button.
    others = {row.pk: row for row in map(_invitation, bundle) if row is not None and row.pk != own.pk}
    rows = [own, *others.values()]
    person, language = own.person, message.language
    title = own.evaluation.session.full_title_in(language)[0]
    is_reminder = message.kind == EVALUATION_NUDGE
    if len(rows) == 1:
        words = _("Reminder: how was “%(title)s”?") if is_reminder else _("How was “%(title)s”?")
        subject, heading = words % {"title": title}, _("How was it?")
    else:
        heading = _("How were your last %(count)d sessions?") % {"count": len(rows)}
        subject = _("Reminder: how were your last %(count)d sessions?") % {"count": len(rows)}
    blocks: list[Block] = []
    if is_reminder:
        blocks.append(Paragraph(_("This is a reminder: we have not received your answers yet.")))
    for row in rows:
        session = row.evaluation.session
        day = own_day(session, zone_of(person))
        named = session.full_title_in(language)[0]
        blocks.append(Paragraph(_("%(title)s, %(date)s") % {"title": named, "date": date_long(day, language)}))
        blocks.append(Button(_("Answer the questions"), evaluation_url(row, language)))
    blocks.append(
        Paragraph(
            ngettext(
                "Your answers are stored without your name. We only know that you answered.",
                "Your answers are stored without your name. We only know which ones you answered.",
                len(rows),
            )
        )
    )
    if any(row.evaluation.announces_condition for row in rows):
        blocks.append(Paragraph(_("Credits that depend on an evaluation are on your certificate once you answer it.")))
    until = instant(own.evaluation.closes_at, zone_of(person), language)
    blocks.append(Paragraph(_("You can answer until %(moment)s.") % {"moment": until}, small=True))
    return rendered(
        email(
            message,
            person,
            own.evaluation.session.series,
            subject=subject,
            preheader=_("A minute, without signing in. Nobody sees who wrote what."),
            heading=heading,
            blocks=blocks,
        )
    )


def near_nudges(message: Message) -> list[Message]:
    """Return the person's other reminders that can be part of this message's email, and are still correct.

    An edited message is sent separately, so there are none for it.
    """
    if is_sent_alone(message):
        return []
    now = timezone.now()
    latest = max(message.due_at, now) + NUDGES_TOGETHER
    others = Message.objects.beside(
        message.pk, person_id=message.person_id, kind=EVALUATION_NUDGE, now=now, due_at__lte=latest
    )
    rows = [row for row in others if may_mention(row.scope_id)]
    return [row for row in rows if _invitation(row) is not None]


def still_true(message: Message) -> bool:
    """Return whether the evaluation is open and the person has not answered it."""
    return _invitation(message) is not None


def _invitation(message: Message) -> Invitation | None:
    return waiting_invitation(message.payload["invitation"], max(message.due_at, timezone.now()))
