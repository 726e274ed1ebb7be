"""Series, their sessions, enrollment keys, and the materials of sessions."""

from .enrollment_key import EnrollmentKey
from .material import Material, MaterialQuerySet
from .role import SessionRole, SessionRoleQuerySet
from .series import OfSeriesQuerySet, Series, SeriesOrganisation, SeriesQuerySet
from .session import Session, SessionQuerySet

__all__ = [
    "EnrollmentKey",
    "Material",
    "MaterialQuerySet",
    "OfSeriesQuerySet",
    "Series",
    "SeriesOrganisation",
    "SeriesQuerySet",
    "Session",
    "SessionQuerySet",
    "SessionRole",
    "SessionRoleQuerySet",
]
