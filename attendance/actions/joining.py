"""Save presses of the Join button."""

import datetime as dt

from django.db.models import F
from django.db.models.functions import Greatest

from attendance.models import JoinClick
from echo_portal.lib.database import insert_unless_there
from registrations.models import Registration


def record_join(*, registration: Registration, now: dt.datetime) -> None:
    """Save that the registrant pressed their own Join button.

    The times of the first and the last press are saved, and the number of presses.
    """
    if not insert_unless_there(JoinClick(registration=registration, first_at=now, last_at=now, times=1)):
        JoinClick.objects.filter(registration=registration).update(
            last_at=Greatest(F("last_at"), now), times=F("times") + 1
        )
