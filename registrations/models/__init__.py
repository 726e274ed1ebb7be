"""A person in a series, a person in a session, and what is sent to the registrants of a session."""

from .announcement import Announcement
from .enrollment import Enrollment
from .registration import Registration, RegistrationQuerySet
from .said_by_form import SaidByForm
from .session_change import SessionChange

__all__ = ["Announcement", "Enrollment", "Registration", "RegistrationQuerySet", "SaidByForm", "SessionChange"]
