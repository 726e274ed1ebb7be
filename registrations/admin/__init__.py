"""The coordinators' workplace: series, sessions and the people in them."""

from .registration import RegistrationAdmin
from .series import SeriesAdmin
from .session import SessionAdmin

__all__ = ["RegistrationAdmin", "SeriesAdmin", "SessionAdmin"]
