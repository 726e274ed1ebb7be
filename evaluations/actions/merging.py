"""Move the invitations of a duplicate profile to the profile that is kept."""

from accounts.models import Person
from evaluations.models import Invitation


def merge_invitations(*, kept: Person, gone: Person) -> None:
    """Move the invitations of `gone` to `kept`.

    If both were invited to an evaluation, one invitation remains. It counts as answered if either of them has answered.
    """
    own = {row.evaluation_id: row for row in Invitation.objects.select_for_update().filter(person=kept)}
    for row in Invitation.objects.select_for_update().filter(person=gone):
        mine = own.get(row.evaluation_id)
        if mine is None:
            row.person = kept
            row.save(update_fields=["person"])
            continue
        if row.has_answered and not mine.has_answered:
            mine.has_answered = True
            mine.save(update_fields=["has_answered"])
        row.delete()
