"""Hubs and who works for them; the messages of their people, and addresses that mail came back from."""

from .hub import HubAdmin, MembershipAdmin, OrganisationAdmin, ProgrammeAdmin
from .message import MessageAdmin
from .suppression import SuppressionAdmin

__all__ = [
    "HubAdmin",
    "MembershipAdmin",
    "MessageAdmin",
    "OrganisationAdmin",
    "ProgrammeAdmin",
    "SuppressionAdmin",
]
