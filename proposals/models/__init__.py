"""Inquiries: what people send with the three public forms."""

from .inquiry import Inquiry, InquiryQuerySet

__all__ = ["Inquiry", "InquiryQuerySet"]
