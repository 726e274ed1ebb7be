"""allauth's door into the outbox: nothing is sent inside a request (ARCHITECTURE P2)."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.emails import write_account_notice

log = structlog.get_logger(__name__)


class OutboxAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth keeps the second factor and the list of sessions; codes and their mail are ours (accounts.actions)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come to be by registering or by proving a mailbox, never through allauth's own form."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's own notices (a second factor was switched on or off) become rows like any other message."""
        write_account_notice(template_prefix=template_prefix, email=email)
