"""Open evaluations, invite people, and store answers so that nobody can find out who gave them."""

from .answering import answer
from .inviting import invite_participants, open_evaluation
from .merging import merge_invitations
from .revising import revise_question

__all__ = ["answer", "invite_participants", "merge_invitations", "open_evaluation", "revise_question"]
