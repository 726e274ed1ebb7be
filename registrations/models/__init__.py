"""Models of enrollments, registrations, people added by a hub, changes of a session, and announcements."""

from .addition import Addition
from .address_correction import AddressCorrection
from .announcement import Announcement
from .enrollment import Enrollment
from .merge_proposal import MergeProposal
from .registrant_list import RegistrantList
from .registration import Registration, RegistrationQuerySet
from .said_by_form import SaidByForm
from .session_change import SessionChange
from .team import TeamInvitation

__all__ = [
    "Addition",
    "AddressCorrection",
    "Announcement",
    "Enrollment",
    "MergeProposal",
    "RegistrantList",
    "Registration",
    "RegistrationQuerySet",
    "SaidByForm",
    "SessionChange",
    "TeamInvitation",
]
