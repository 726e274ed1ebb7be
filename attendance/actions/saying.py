"""Save the codes that registrants type, and open shared rooms (PRODUCT.md 5)."""

import datetime as dt
import hmac

from django.db import transaction
from django.utils.translation import gettext as _

from attendance.actions.locking import lock_session
from attendance.codes import new_code, said_code, typed_digits
from attendance.models import SaidCode, SharedRoom
from attendance.rules import check_can_take_attendance, check_can_type_code
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.refusals import Refusal
from registrations.models import Registration


def type_code(*, registration: Registration, typed: str, now: dt.datetime) -> None:
    """Save that the registrant typed a valid code: that of the session, or that of a shared room in it.

    A second call with the same code changes nothing. Raises Refusal for a wrong code, for the code of a room that they
    opened themselves, and outside the time in which codes are accepted.
    """
    check_can_type_code(registration, now)
    session, code = registration.session, typed_digits(typed)
    room = None
    if hmac.compare_digest(code, said_code(session)):
        check_can_take_attendance(session, now)  # the session has started
    else:
        room = SharedRoom.objects.filter(opened_by__session=session, code=code).first()
        if room is None:
            raise Refusal(_("This is not the code of this session."), code="wrong-code", field="code")
        if room.opened_by_id == registration.pk:
            raise Refusal(_("This is the code of your own room: it is for the others."), code="own-room", field="code")
    insert_unless_there(SaidCode(registration=registration, room=room, typed_at=now))


@transaction.atomic
def open_shared_room(*, registration: Registration, now: dt.datetime) -> SharedRoom:
    """Create a shared room with a new code and return it. If the registrant already opened one, return that room.

    Raises Refusal outside the time in which codes are accepted. Locks the session, so that no two rooms of it have the
    same code.
    """
    check_can_type_code(registration, now)
    session = lock_session(registration.session)
    if room := SharedRoom.objects.filter(opened_by=registration).first():
        return room
    taken = {said_code(session), *SharedRoom.objects.filter(opened_by__session=session).values_list("code", flat=True)}
    code = next(code for code in iter(new_code, None) if code not in taken)
    return SharedRoom.objects.create(opened_by=registration, code=code, opened_at=now)
