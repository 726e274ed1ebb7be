"""Invite co-authors of an idea. Their names are displayed only after they confirm by a link in an email."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import give_consent, mark_mailbox_used, person_at_address, record
from accounts.models import ConsentKind, Person
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.actions import withdraw, write_messages
from echo_portal.outbox.models import Message
from proposals import rules
from proposals.actions.messages import about_inquiry, locked
from proposals.message_kinds import INVITED
from proposals.models import CoAuthor, Inquiry
from proposals.throttles import check_can_invite


@transaction.atomic
def invite_author(*, inquiry: Inquiry, name: str, email: str, by: Person) -> CoAuthor:
    """Invite somebody by email to become a co-author of an idea, and return the new row. Locks the inquiry.

    Raises Refusal if the inquiry is closed or is not an idea, if it has too many co-authors, if this person is already
    one of its authors, and if a limit of the mailbox or of the inviting person is exceeded.
    """
    row = locked(inquiry)
    rules.check_can_invite(row)
    check_can_invite(email, by)
    person = person_at_address(email=email, name=name, language=active_language())
    author = CoAuthor(inquiry=row, person=person, name=name, email=email, invited_at=timezone.now())
    if person.pk == row.person_id or not insert_unless_there(author):
        raise Refusal(_("This person works on the idea already."), code="co-author-twice", field="email")
    write_messages([about_inquiry(INVITED, row, person, key=f"{author.pk}", payload={"invited_by": by.pk})])
    record("co-author-invited", about=row.about, by=by, scope_id=row.hub_id, details={"person": person.pk})
    return author


@transaction.atomic
def join_idea(*, author: CoAuthor) -> CoAuthor:
    """Record that the invited person accepted, which proves their mailbox. A second call changes nothing."""
    row = locked(author.inquiry)
    current = CoAuthor.objects.select_for_update(of=("self",)).get(pk=author.pk)
    if current.joined_at is None:
        current.joined_at = timezone.now()
        current.save(update_fields=["joined_at"])
        person = mark_mailbox_used(person=current.person)
        give_consent(
            person=person,
            kind=ConsentKind.PRIVACY,
            language=active_language(),
            source=row.about,
            at=current.joined_at,
            by_owner=True,
        )
        record("co-author-joined", about=row.about, by=person, scope_id=row.hub_id)
    return current


@transaction.atomic
def remove_author(*, author: CoAuthor, by: Person) -> None:
    """Delete a co-author, whose link then becomes invalid: they declined or left, or the sender removed them.

    Their comments are kept.
    """
    row = locked(author.inquiry)
    withdraw(Message.objects.about(row.about).filter(person_id=author.person_id))
    record("co-author-removed", about=row.about, by=by, scope_id=row.hub_id, details={"person": author.person_id})
    CoAuthor.objects.filter(pk=author.pk).delete()
