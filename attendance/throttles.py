"""The limit for typing codes: ten per registration in ten minutes, so that the six digits cannot be guessed."""

import datetime as dt

from accounts.throttles import Limit
from registrations.models import Registration

CODES_OF_A_PLACE = Limit("session-code", 10, dt.timedelta(minutes=10))


def may_type(registration: Registration) -> bool:
    """Count one typed code, correct or not, and return whether the registrant is within the limit."""
    return CODES_OF_A_PLACE.reserve(str(registration.pk))
