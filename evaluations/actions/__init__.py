"""Open evaluations and invite people; store answers so that nobody can tell whose they are."""

from .answering import answer
from .inviting import invite_participants, open_evaluation
from .merging import merge_invitations
from .revising import revise_question

__all__ = ["answer", "invite_participants", "merge_invitations", "open_evaluation", "revise_question"]
