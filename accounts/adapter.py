"""The allauth adapter. It writes messages to the outbox, because requests must not send emails (ARCHITECTURE P2)."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.emails import write_account_notice

log = structlog.get_logger(__name__)


class OutboxAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The adapter for allauth, which provides the second factor and browser sessions.

    Sign-in codes are not those of allauth; `accounts.actions.sign_in` sends and checks them.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False. People are created by registering or by proving a mailbox, not by allauth's sign-up form."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a notice of allauth to the outbox, such as that a second factor was added or removed."""
        write_account_notice(template_prefix=template_prefix, email=email)
