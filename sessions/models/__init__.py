"""The programme: series, their sessions, the keys that open them, what is left of a session afterwards."""

from .enrollment_key import EnrollmentKey
from .material import Material
from .series import OfSeriesQuerySet, Series, SeriesOrganisation, SeriesQuerySet
from .session import Session, SessionQuerySet

__all__ = [
    "EnrollmentKey",
    "Material",
    "OfSeriesQuerySet",
    "Series",
    "SeriesOrganisation",
    "SeriesQuerySet",
    "Session",
    "SessionQuerySet",
]
