"""Previews of emails that an action will write: how many, for whom, and a sample in both languages."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from accounts.models import Person
from echo_portal.admin.sample_emails import store_samples
from echo_portal.lib.bilingual import LANGUAGES, active_language
from echo_portal.lib.dates import eastern_hour
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations.models import Registration

NAMES_SHOWN = 60


def describe_emails(written: Sequence[Message], *, hub_id: int, reader: Person) -> dict[str, Any]:
    """Return numbers, names and sample emails of these messages, for the templates of previews.

    `by_language` and `count` are numbers of emails; `registered` and `waiting` are numbers of registrations; `people`
    is a number of people. `emails_each` is how many emails each of them gets, or 0 if the numbers differ. Call this
    in the transaction in which the messages were written, which is then rolled back. The names include people
    whose address is suppressed. `unsendable` is the number of people whose address is suppressed for a reason that
    `reader` may not know.
    """
    ids = [pk for message in written for pk in registrations_of(message)]
    named = Registration.objects.filter(pk__in=ids).select_related("person").with_suppression(reader=reader)
    rows = list(named.order_by("pk"))
    samples: dict[str, Rendered] = {}
    if written:
        scopes = frozenset({hub_id})
        samples = {language: preview(written[0], language, scope_ids=scopes) for language in LANGUAGES}
    spoken = {row.pk: row.shown_language for row in rows}
    languages = [spoken.get(next(iter(registrations_of(one)), 0), one.language) for one in written]
    names = _names(rows)
    of_sample = next(iter(registrations_of(written[0])), None) if written else None
    people = len({row.person_id for row in rows})
    return {
        "count": len(written),
        "people": people,
        "emails_each": len(written) // people if people and len(written) % people == 0 else 0,
        "registered": sum(row.state == Registration.State.REGISTERED for row in rows),
        "waiting": sum(row.state == Registration.State.WAITING for row in rows),
        "by_language": [(language, languages.count(language)) for language in LANGUAGES if language in languages],
        "names": names[:NAMES_SHOWN],
        "more_names": max(0, len(names) - NAMES_SHOWN),
        **_suppressed(rows),
        "samples": list(samples.items()),
        "sample_of": next((row.shown_name for row in rows if row.pk == of_sample), ""),
    }


def suppressed_among(ids: Sequence[int], reader: Person) -> dict[str, Any]:
    """Return which of these registrations get no email because the address is suppressed.

    The result contains the names that `reader` may know, and the number of the others.
    """
    rows = Registration.objects.filter(pk__in=ids).select_related("person").with_suppression(reader=reader)
    return _suppressed(list(rows.order_by("pk")))


def confirmed_count(request: HttpRequest) -> int:
    """Return the number of recipients that the sender typed. Raises Refusal if it is not a number."""
    typed = "".join(request.POST.get("counted", "").split())
    if not typed.isdecimal() or len(typed) > 6:
        raise Refusal(_("Type how many people get it."), code="counted")
    return int(typed)


def form_key_of(request: HttpRequest) -> uuid.UUID:
    """Return the idempotency key of the posted form. Raises Refusal if it has none."""
    try:
        return uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        raise Refusal(_("This page is too old. Load it again."), code="form-key") from None


def sending_words(count: int, leaves_at: dt.datetime) -> str:
    """Return a sentence that says when the emails will be sent, and that they can be recalled until then."""
    if not count:
        return _("Nobody gets an email.")
    if leaves_at <= timezone.now():
        return ngettext("%(count)d email is sent now.", "%(count)d emails are sent now.", count) % {"count": count}
    words = ngettext("%(count)d email waits until %(moment)s.", "%(count)d emails wait until %(moment)s.", count)
    return words % {"count": count, "moment": eastern_hour(leaves_at, active_language())}


def with_stored_samples(request: HttpRequest, described: dict[str, Any]) -> dict[str, Any]:
    """Return the description with the cache key of the samples, which are stored now.

    Call this after the transaction that is rolled back, because it would also undo storing the samples.
    """
    samples = dict(described["samples"])
    key = store_samples(samples, for_person=signed_in_person(request)) if samples else ""
    return {**described, "sample_key": key}


def registrations_of(message: Message) -> list[int]:
    """Return the IDs of the registrations that the message is about."""
    payload = message.payload
    return list(payload["registrations"]) if "registrations" in payload else [payload["registration"]]


def _suppressed(rows: list[Any]) -> dict[str, Any]:
    hidden = [row for row in rows if row.is_suppressed and not row.is_suppressed_here]
    known = [row for row in rows if row.is_suppressed_here]
    return {"unreachable": _names(known), "unsendable": len(_names(hidden))}


def _names(rows: list[Registration]) -> list[str]:
    """Return the names of the people, each person once even if they have several registrations."""
    return list({row.person_id: row.shown_name for row in rows}.values())
