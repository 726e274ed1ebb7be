"""Notify people once when a series gets a date."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import give_consent, mark_mailbox_used, person_at_address, record
from accounts.models import ConsentKind, Person
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.database import insert_unless_there
from echo_portal.outbox.actions import NewMessage, withdraw, write_messages
from echo_portal.outbox.models import Message
from proposals import rules
from proposals.message_kinds import DATE_SET, WATCH
from proposals.models import DateWatch
from proposals.throttles import check_limits
from sessions.models import Series


@transaction.atomic
def watch_series(*, series: Series, email: str, signed_in: Person | None, network: str) -> DateWatch:
    """Save a person's request to be told when the series gets a date, and return it.

    A guest gets an email with a button that confirms the request. Another request of the same person changes nothing,
    but at most one email a day is written. Raises Refusal if the series has a date and is not open-ended, or if a limit
    of the public forms is exceeded.
    """
    rules.check_awaits_date(series, timezone.now())
    check_limits(form="date", network=network, email=email, person=signed_in)
    now, language = timezone.now(), active_language()
    person = signed_in or person_at_address(email=email, name="", language=language)
    after_on = rules.last_date(series, now)
    row = DateWatch(series=series, person=person, email=email, language=language, after_on=after_on, asked_at=now)
    if insert_unless_there(row):
        record("date-watch-asked", about=row.about, by=signed_in, scope_id=series.hub_id)
    else:
        row = DateWatch.objects.select_for_update(no_key=True).get(series=series, person=person, told_at=None)
    if signed_in is not None:
        return _confirm(row, person, now)
    if row.confirmed_at is None:
        write_messages([_message(WATCH, row, key=f"{now:%Y%m%d}", expires_at=now + rules.UNPROVED_KEPT)])
    return row


@transaction.atomic
def confirm_watch(*, watch: DateWatch) -> DateWatch:
    """Record that the mailbox's owner pressed the button, which proves the mailbox. A second call changes nothing."""
    row = _locked(watch)
    return row if row.confirmed_at else _confirm(row, mark_mailbox_used(person=row.person), timezone.now())


@transaction.atomic
def end_watch(*, watch: DateWatch) -> None:
    """Delete the request, and withdraw its emails that have not been sent."""
    row = _locked(watch)
    withdraw(Message.objects.about(row.about))
    record("date-watch-ended", about=row.about, by=row.person, scope_id=row.series.hub_id)
    row.delete()


@transaction.atomic
def tell_of_dates(*, now: dt.datetime, most: int = 500) -> int:
    """Write one email for each waiting request whose series has a date, and return how many were written.

    A second call writes no email twice.
    """
    rows = DateWatch.objects.waiting().with_date(now).select_related("series", "person").order_by("pk")
    found = list(rows.select_for_update(of=("self",), skip_locked=True)[:most])
    # These emails are not urgent: they are sent after emails that somebody waits for.
    write_messages(_message(DATE_SET, row, due_at=now) for row in found)
    DateWatch.objects.filter(pk__in=[row.pk for row in found]).update(told_at=now)
    return len(found)


def delete_old_watches(now: dt.datetime) -> int:
    """Delete requests that were not confirmed within two weeks, and those whose email was written a month ago.

    Return how many were deleted.
    """
    unproved = DateWatch.objects.filter(confirmed_at=None, asked_at__lt=now - rules.UNPROVED_KEPT)
    told = DateWatch.objects.filter(told_at__lt=now - rules.TOLD_KEPT)
    return sum(rows.delete()[0] for rows in (unproved, told))


def _confirm(row: DateWatch, person: Person, now: dt.datetime) -> DateWatch:
    if row.confirmed_at is None:
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])
        give_consent(
            person=person, kind=ConsentKind.PRIVACY, language=row.language, source=row.about, at=now, by_owner=True
        )
        record("date-watch-confirmed", about=row.about, by=person, scope_id=row.series.hub_id)
    return row


def _message(kind: str, row: DateWatch, *, key: str = "", **fields: Any) -> NewMessage:
    return NewMessage(
        kind=kind,
        dedupe_key=f"{kind}:{row.pk}:{key}",
        address=row.person.email if row.person.is_proved else row.email,
        language=row.language,
        about=row.about,
        why=lambda: _why(kind, row) % {"series": row.series.title},
        person_id=row.person_id,
        scope_id=row.series.hub_id,
        payload={"watch": row.pk},
        **fields,
    )


def _why(kind: str, row: DateWatch) -> str:
    """Return the reason for an email. Until a request is confirmed, anybody may have typed the address."""
    if kind == WATCH:
        return _("Somebody gave this address in the form about the date of the series “%(series)s”.")
    if row.is_about_next:
        return _("You asked to be told of the next date of the series “%(series)s”.")
    return _("You asked to be told when the series “%(series)s” gets a date.")


def _locked(watch: DateWatch) -> DateWatch:
    rows = DateWatch.objects.select_for_update(of=("self",), no_key=True).select_related("series", "person")
    return rows.get(pk=watch.pk)
