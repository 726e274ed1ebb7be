"""The limit for typing codes: ten for each place in ten minutes, so that six digits cannot be guessed."""

import datetime as dt

from accounts.throttles import Limit
from registrations.models import Registration

CODES_OF_A_PLACE = Limit("session-code", 10, dt.timedelta(minutes=10))


def may_type(registration: Registration) -> bool:
    """Count one typed code, right or wrong, and return whether it is within the limit."""
    return CODES_OF_A_PLACE.reserve(str(registration.pk))
