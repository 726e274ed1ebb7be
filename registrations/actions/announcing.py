"""Send a coordinator's message to the registrants of a session, and recall it (PRODUCT.md 4)."""

import dataclasses
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import NewMessage, withdraw, write_messages
from echo_portal.outbox.models import Message
from registrations.actions.messages import message_to, why_registered
from registrations.message_kinds import ANNOUNCEMENT
from registrations.models import Announcement, Registration
from registrations.placeholders import check_placeholders
from registrations.rules import send_at
from sessions.models import Session


@dataclasses.dataclass(frozen=True)
class AnnouncementTexts:
    """The subject and text in English and French. All are required, because each registrant gets their own language."""

    subject_en: str
    subject_fr: str
    text_en: str
    text_fr: str


@transaction.atomic
def write_to_registrants(
    *, session: Session, registration_ids: Sequence[int], texts: AnnouncementTexts, counted: int, by: Person
) -> Announcement:
    """Write one message for each chosen registrant, and return the announcement.

    `counted` is the number of recipients that the coordinator confirmed. Raises Refusal if nobody is chosen, if that
    number has changed, if a language is missing, or if a placeholder is unknown or misplaced.
    """
    for field in dataclasses.fields(texts):
        text = getattr(texts, field.name)
        if not text.strip():
            raise Refusal(_("Write subject and text in both languages."), code="missing", field=field.name)
        check_placeholders(text, field=field.name)
    rows = list(
        Registration.objects.active()
        .filter(session=session, pk__in=registration_ids)
        .select_related("person")
        .order_by("pk")
    )
    if not rows:
        raise Refusal(_("Choose who gets it."), code="nobody")
    if len(rows) != counted:
        raise Refusal(
            _("You confirmed %(counted)d recipients; there are %(now)d now. Look once more.")
            % {"counted": counted, "now": len(rows)},
            code="counted",
        )
    for row in rows:
        row.session = session
    now = timezone.now()
    announcement = Announcement.objects.create(
        session=session,
        **dataclasses.asdict(texts),
        recipients=len(rows),
        written_at=now,
        written_by=by,
        send_at=send_at(session, made_at=now, now=now),
    )
    write_messages(_message(row, session, announcement) for row in rows)
    record(
        "write-to-registrants",
        about=f"session:{session.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"announcement": announcement.pk, "recipients": len(rows)},
    )
    return announcement


@transaction.atomic
def recall_announcement(*, announcement: Announcement, by: Person) -> int:
    """Lock an announcement, withdraw its unsent messages, and return how many were withdrawn.

    Raises Refusal, with the reason, if there are none.
    """
    announcement = (
        Announcement.objects.select_for_update(of=("self",)).select_related("session__series").get(pk=announcement.pk)
    )
    messages = Message.objects.about(f"announcement:{announcement.pk}")
    count = withdraw(messages.unsent())
    if not count:
        if not messages.exclude(state=Message.State.CANCELLED).exists() or announcement.recalled_at is not None:
            raise Refusal(_("It was taken back already."), code="taken-back")
        raise Refusal(_("Every email has left."), code="too-late")
    announcement.recalled_at = timezone.now()
    announcement.save(update_fields=["recalled_at"])
    record(
        "recall-announcement",
        about=f"session:{announcement.session_id}",
        by=by,
        scope_id=announcement.session.series.hub_id,
        details={"emails": count},
    )
    return count


def _message(row: Registration, session: Session, announcement: Announcement) -> NewMessage:
    return message_to(
        row.person,
        kind=ANNOUNCEMENT,
        key=f"{announcement.pk}:{row.pk}",
        series=session.series,
        about=f"announcement:{announcement.pk}",
        why=why_registered(row),
        payload={"announcement": announcement.pk, "registration": row.pk},
        due_at=announcement.send_at,
    )
