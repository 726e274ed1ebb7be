"""Give a reviewer access to one accreditation until a given day, and end the access."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import end_sessions, person_at_address, record
from accounts.models import Person
from credits.message_kinds import REVIEW
from credits.models import Accreditation, Reviewer
from credits.rules import check_can_give_review
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import write_message


@transaction.atomic
def give_review(
    *, accreditation: Accreditation, name: str, email: str, language: str, until: dt.date, by: Person
) -> Reviewer:
    """Give the person at this address access up to and including the day `until`, and write an email to them.

    If they already have access, its end is changed. Their browser sessions are ended. Raises Refusal if the day has
    passed or is more than a year away, if the person works in the administration, or if their account is closed.
    """
    now = timezone.now()
    check_can_give_review(until, today=timezone.localdate(now))
    person = person_at_address(email=email, name=name, language=language)
    if person.is_staff or not person.is_active:
        raise Refusal(_("This person works in the administration, or their account is closed."), code="staff")
    values = {"until": until, "given_at": now, "given_by": by, "ended_at": None, "ended_by": None}
    row, _created = Reviewer.objects.update_or_create(accreditation=accreditation, person=person, defaults=values)
    end_sessions(person=person)
    hub = accreditation.series.hub_id
    write_message(
        kind=REVIEW,
        dedupe_key=f"{REVIEW}:{row.pk}:{now.timestamp():.0f}",
        address=person.email,
        language=language,
        person_id=person.pk,
        scope_id=hub,
        about=f"reviewer:{row.pk}",
        why=lambda: _("Pallium Canada gave you access for a review."),
        payload={"reviewer": row.pk, "until": until.isoformat()},
    )
    details = {"reviewer": row.pk, "until": until.isoformat()}
    record("review-given", about=f"accreditation:{accreditation.pk}", by=by, scope_id=hub, details=details)
    return row


@transaction.atomic
def end_review(*, reviewer: Reviewer, by: Person) -> Reviewer:
    """End the reviewer's access immediately. A second call changes nothing."""
    row = Reviewer.objects.select_for_update(of=("self",)).select_related("accreditation__series").get(pk=reviewer.pk)
    if row.ended_at is not None:
        return row
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    record(
        "review-ended",
        about=f"accreditation:{row.accreditation_id}",
        by=by,
        scope_id=row.accreditation.series.hub_id,
        details={"reviewer": row.pk},
    )
    return row
