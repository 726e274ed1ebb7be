"""Register a person again for a session in which they gave up their place."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import write_messages
from registrations import rules
from registrations.actions.enrolling import message_about_series
from registrations.actions.places import register_for
from registrations.message_kinds import CONFIRMATION
from registrations.models import Registration
from registrations.queries.people import enrollment_of
from registrations.queries.places import places_taken
from sessions.models import Session


@transaction.atomic
def return_to_session(*, registration: Registration, by: Person | None) -> Registration:
    """Register the person again, or add them to the end of a full session's waiting list, with one message.

    Return the registration. A second call changes nothing. Raises Refusal if the session is not open, or if its series
    needs a key and the person is no longer enrolled.
    """
    now = timezone.now()
    sessions = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("series__hub")
    session = sessions.get(pk=registration.session_id)
    person = Person.objects.get(pk=registration.person_id)  # opening the link may just have proved the address
    rules.check_series_open(session.series)
    rules.check_session_open(session, now)
    enrollment = enrollment_of(person, session.series_id)
    if session.series.needs_key and enrollment is None:
        raise Refusal(_("This series needs its key: register with its form."), code="key-needed")
    changed = register_for(person, [session], enrollment, now, taken=places_taken([session]))
    if not changed:
        return Registration.objects.get(pk=registration.pk)
    (row,) = changed
    write_messages(
        [message_about_series(CONFIRMATION, f"again:{row.pk}:{row.revision}", person, session.series, [row])]
    )
    record(
        "return-to-session",
        about=f"registration:{row.pk}",
        by=by,
        scope_id=session.series.hub_id,
        details={"session": session.pk, "state": row.state},
    )
    return row
