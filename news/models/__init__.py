"""Requests for news, people's choices, and newsletters that were sent by email."""

from .choice import NewsChoice
from .mailing import Mailing, Recipient
from .request import NewsRequest
from .subscriber import Subscriber, SubscriberQuerySet

__all__ = ["Mailing", "NewsChoice", "NewsRequest", "Recipient", "Subscriber", "SubscriberQuerySet"]
