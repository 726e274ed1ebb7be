"""Emails about inquiries and about dates of series."""

from echo_portal.outbox.reasons import register_reasons
from proposals.drop_reasons import DropReason
from proposals.emails import dates, inquiries


def register_renderers() -> None:
    register_reasons(DropReason)
    inquiries.register_renderers()
    dates.register_renderers()
