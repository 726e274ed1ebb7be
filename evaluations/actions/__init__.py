"""Open evaluations and invite people; store answers so that nobody can tell whose they are."""

from .answering import answer
from .inviting import invite_participants, open_evaluation

__all__ = ["answer", "invite_participants", "open_evaluation"]
