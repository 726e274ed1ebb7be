"""Series, their sessions, enrollment keys, and the materials of sessions."""

from .enrollment_key import EnrollmentKey
from .material import Material, MaterialQuerySet
from .material_file import MaterialFile, MaterialView
from .presenter_change import PresenterChange
from .role import SessionRole, SessionRoleQuerySet
from .series import OfSeriesQuerySet, Series, SeriesOrganisation, SeriesQuerySet
from .session import Session, SessionQuerySet

__all__ = [
    "EnrollmentKey",
    "Material",
    "MaterialFile",
    "MaterialQuerySet",
    "MaterialView",
    "OfSeriesQuerySet",
    "PresenterChange",
    "Series",
    "SeriesOrganisation",
    "SeriesQuerySet",
    "Session",
    "SessionQuerySet",
    "SessionRole",
    "SessionRoleQuerySet",
]
