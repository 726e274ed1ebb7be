"""Texts of public pages, which coordinators and Pallium staff edit, and published reports."""

from .newsletter import Newsletter, NewsletterQuerySet
from .page import Page, PageQuerySet
from .public_text import PublicText, PublicTextQuerySet
from .question_and_answer import QuestionAndAnswer, QuestionAndAnswerQuerySet
from .report import Report, ReportFile, ReportFileQuerySet, ReportQuerySet, canonical, hash_of

__all__ = [
    "Newsletter",
    "NewsletterQuerySet",
    "Page",
    "PageQuerySet",
    "PublicText",
    "PublicTextQuerySet",
    "QuestionAndAnswer",
    "QuestionAndAnswerQuerySet",
    "Report",
    "ReportFile",
    "ReportFileQuerySet",
    "ReportQuerySet",
    "canonical",
    "hash_of",
]
