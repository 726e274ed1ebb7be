"""Models of enrollments, registrations, changes of a session, and announcements."""

from .announcement import Announcement
from .enrollment import Enrollment
from .registration import Registration, RegistrationQuerySet
from .said_by_form import SaidByForm
from .session_change import SessionChange

__all__ = ["Announcement", "Enrollment", "Registration", "RegistrationQuerySet", "SaidByForm", "SessionChange"]
