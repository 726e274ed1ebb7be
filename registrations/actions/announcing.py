"""Send a coordinator's message to the registrants of a session or of a series, and recall it (PRODUCT.md 4)."""

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
from registrations.actions.messages import message_to, why_announced
from registrations.message_kinds import ANNOUNCEMENT
from registrations.models import Announcement, Registration
from registrations.placeholders import NAMES, NAMES_OF_SERIES, check_placeholders
from registrations.queries.people import one_place_each
from registrations.rules import RECALL_FOR, send_at
from sessions.models import Series, Session


@dataclasses.dataclass(frozen=True)
class AnnouncementTexts:
    """Subject and text in English and French. All are required, because each registrant gets their own language."""

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
    _check_texts(texts, NAMES)
    rows = list(
        Registration.objects.active()
        .reachable()
        .filter(session=session, pk__in=registration_ids)
        .select_related("person")
        .order_by("pk")
    )
    _check_count(rows, counted)
    for row in rows:
        row.session = session
    now = timezone.now()
    due_at = send_at(session, made_at=now, now=now)
    return _write(Announcement(session=session, written_at=now, send_at=due_at), rows, texts, by=by)


@transaction.atomic
def write_to_series(
    *, series: Series, registration_ids: Sequence[int], texts: AnnouncementTexts, counted: int, by: Person
) -> Announcement:
    """Write one message for each chosen person of the series, and return the announcement.

    `registration_ids` must be IDs of registrations in `one_place_each`. The emails are sent when the time for recalling
    them has passed. Raises Refusal in the same cases as `write_to_registrants`. Placeholders about a session are not
    known here.
    """
    _check_texts(texts, NAMES_OF_SERIES)
    rows = list(
        one_place_each(series)
        .filter(pk__in=registration_ids)
        .select_related("person", "session__series")
        .order_by("pk")
    )
    _check_count(rows, counted)
    now = timezone.now()
    return _write(Announcement(series=series, written_at=now, send_at=now + RECALL_FOR), rows, texts, by=by)


def _check_texts(texts: AnnouncementTexts, names: Sequence[str]) -> None:
    for field in dataclasses.fields(texts):
        text = getattr(texts, field.name)
        if not text.strip():
            raise Refusal(_("Write subject and text in both languages."), code="missing", field=field.name)
        check_placeholders(text, field=field.name, names=names)


def _check_count(rows: Sequence[Registration], counted: int) -> None:
    if not rows:
        raise Refusal(_("Choose who gets it."), code="nobody")
    if len(rows) != counted:
        raise Refusal(
            _("You confirmed %(counted)d recipients; there are %(now)d now. Look once more.")
            % {"counted": counted, "now": len(rows)},
            code="counted",
        )


def _write(
    announcement: Announcement, rows: Sequence[Registration], texts: AnnouncementTexts, *, by: Person
) -> Announcement:
    for name, text in dataclasses.asdict(texts).items():
        setattr(announcement, name, text)
    announcement.recipients, announcement.written_by = len(rows), by
    announcement.save()
    write_messages(_message(row, announcement) for row in rows)
    record(
        "write-to-registrants",
        about=announcement.about,
        by=by,
        scope_id=announcement.hub_id,
        details={"announcement": announcement.pk, "recipients": len(rows)},
    )
    return announcement


@transaction.atomic
def recall_announcement(*, announcement: Announcement, by: Person) -> int:
    """Withdraw the unsent messages of an announcement, and return how many were withdrawn. Locks the announcement.

    Raises Refusal if there are no unsent messages.
    """
    announcement = Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)
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
        about=announcement.about,
        by=by,
        scope_id=announcement.hub_id,
        details={"emails": count},
    )
    return count


def _message(row: Registration, announcement: Announcement) -> NewMessage:
    return message_to(
        row.person,
        kind=ANNOUNCEMENT,
        key=f"{announcement.pk}:{row.pk}",
        series=row.session.series,
        about=f"announcement:{announcement.pk}",
        why=why_announced(row, announcement),
        payload={"announcement": announcement.pk, "registration": row.pk},
        due_at=announcement.send_at,
    )
