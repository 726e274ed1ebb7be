"""What is done for a hub: who works for it, and what happens to its messages by hand."""

from hubs.actions.memberships import give_membership, take_membership
from hubs.actions.messages import (
    cancel_message,
    edit_message,
    hold_message,
    lift_suppression,
    release_message,
    resend_message,
)

__all__ = [
    "cancel_message",
    "edit_message",
    "give_membership",
    "hold_message",
    "lift_suppression",
    "release_message",
    "resend_message",
    "take_membership",
]
