"""Codes for the reason of a message's state. Answers of mail servers are stored unchanged instead of a code."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """The reasons of the outbox itself. Other apps add their reasons with `register_reasons`."""

    NOT_USEFUL = "not-useful", _("It was no longer useful when it could have left.")
    NOT_TRUE = "not-true", _("What it says was no longer true just before it left.")
    ADDRESS_SUPPRESSED = (
        "address-suppressed",
        _("Emails to this address have come back, so nothing more is sent to it."),
    )
    FOUND_ACCEPTED = "found-accepted", _("The mail server had accepted it.")
    AWAITING_EVIDENCE = "awaiting-evidence", _("It may have arrived; we wait for word from the mail server.")
    MAY_HAVE_ARRIVED = "may-have-arrived", _("It may have arrived, so it is not sent again by itself.")
    WORKERS_ENDED = "workers-ended", _("The portal stopped each time it tried to send it.")
    FIRST_NOT_SENT = "first-not-sent", _("The email that this person must get first has not been sent yet.")
    BUNDLE_CHANGED = "bundle-changed", _("What is sent together with it has changed; it leaves in a moment.")


_words: dict[str, Any] = dict(Reason.choices)


def register_reasons(reasons: type[TextChoices]) -> None:
    """Add an app's reasons with their sentences. Apps call this when they are ready."""
    _words.update(reasons.choices)


def reason_text(reason: str) -> str:
    """Return the sentence for a code in the active language. Any other text is returned unchanged."""
    return str(_words.get(reason, reason))
