"""Texts of the public pages that coordinators and Pallium staff edit."""

from .newsletter import Newsletter, NewsletterQuerySet
from .page import Page, PageQuerySet
from .public_text import PublicText, PublicTextQuerySet
from .question_and_answer import QuestionAndAnswer, QuestionAndAnswerQuerySet

__all__ = [
    "Newsletter",
    "NewsletterQuerySet",
    "Page",
    "PageQuerySet",
    "PublicText",
    "PublicTextQuerySet",
    "QuestionAndAnswer",
    "QuestionAndAnswerQuerySet",
]
