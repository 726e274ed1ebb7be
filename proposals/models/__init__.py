"""Inquiries that people send with the three public forms, and the texts and plans that belong to them."""

from .author import MOST_AUTHORS, CoAuthor
from .entry import InquiryEntry
from .inquiry import Inquiry, InquiryQuerySet
from .plan import Plan, PlannedSession
from .watch import DateWatch

__all__ = [
    "MOST_AUTHORS",
    "CoAuthor",
    "DateWatch",
    "Inquiry",
    "InquiryEntry",
    "InquiryQuerySet",
    "Plan",
    "PlannedSession",
]
