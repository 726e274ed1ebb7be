"""Sample emails for previews, rendered for one registrant in both languages before a change is saved.

They are cached for 30 minutes, so that frames in the preview can display them to the person who requested it.
"""

import copy
import datetime as dt
import uuid
from collections.abc import Callable, Collection

from django.core.cache import caches
from django.http import Http404, HttpResponse
from django.utils import timezone, translation

from accounts.models import Person
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.frames import framed
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import rendered_for
from registrations.actions.messages import why_announced, why_registered
from registrations.emails.announcing import announcement_email
from registrations.emails.changing import cancelled_email, rescheduled_email
from registrations.message_kinds import ANNOUNCEMENT, CANCELLED, RESCHEDULED
from registrations.models import Announcement, Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import Session

KEPT = dt.timedelta(minutes=30)


def change_samples(
    change: SessionChange, after: Session, row: Registration, told: SessionSnapshot
) -> dict[str, Rendered]:
    """Return the email about an unsaved change, by language.

    `after` is the unsaved session with the next revision. `told` is the state of the session in the last email to the
    registrant.
    """
    shown = copy.copy(row)
    shown.session = after
    moved = change.kind == SessionChange.Kind.RESCHEDULED
    kind, render = (RESCHEDULED, rescheduled_email) if moved else (CANCELLED, cancelled_email)
    return _in_both(
        kind, shown, why_registered(shown), lambda message: render(message, shown, change, told, shown.person)
    )


def announcement_samples(written: Announcement, row: Registration) -> dict[str, Rendered]:
    """Return the email of an unsaved announcement, by language."""
    why = why_announced(row, written)
    return _in_both(ANNOUNCEMENT, row, why, lambda message: announcement_email(message, written, row, row.person))


def store_samples(samples: dict[str, Rendered], *, for_person: Person) -> str:
    """Store the samples in the cache and return their key, with which only this person can display them."""
    key = uuid.uuid4().hex
    caches["samples"].set(
        _cache_key(key, for_person), {name: one.html for name, one in samples.items()}, KEPT.total_seconds()
    )
    return key


def sample_frame(key: str, language: str, *, for_person: Person) -> HttpResponse:
    """Return a stored sample for a frame. Raises Http404 if it was not stored for this person."""
    found: dict[str, str] = caches["samples"].get(_cache_key(key, for_person)) or {}
    if language not in found:
        raise Http404
    return framed(found[language])


def _cache_key(key: str, person: Person) -> str:
    return f"sample-email:{person.pk}:{key}"


def _in_both(
    kind: str, row: Registration, why: Callable[[], str], render: Callable[[Message], Rendered]
) -> dict[str, Rendered]:
    hubs: Collection[int] = frozenset({row.session.series.hub_id})
    emails = {}
    for language in LANGUAGES:
        with rendered_for(hubs), translation.override(language):
            message = Message(
                kind=kind, language=language, address=row.person.email, person_id=row.person_id, due_at=timezone.now()
            )
            message.why_en = message.why_fr = why()
            emails[language] = render(message)
    return emails
