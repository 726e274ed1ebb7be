"""Texts of the public pages that coordinators and Pallium staff edit."""

from .page import Page, PageQuerySet
from .public_text import PublicText, PublicTextQuerySet

__all__ = ["Page", "PageQuerySet", "PublicText", "PublicTextQuerySet"]
