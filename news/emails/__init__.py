"""Emails about news, and newsletters."""

from echo_portal.outbox.reasons import register_reasons
from news.drop_reasons import DropReason
from news.emails import confirming, newsletter


def register_renderers() -> None:
    register_reasons(DropReason)
    confirming.register_renderers()
    newsletter.register_renderers()
