"""Inquiries: what people send with the three public forms, and what is written and planned with them."""

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
