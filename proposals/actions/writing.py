"""Add texts to an inquiry: notes of the hub, answers to the authors, and comments of the authors."""

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from echo_portal.outbox.actions import write_messages
from proposals import rules
from proposals.actions.messages import about_inquiry, locked, to_hub
from proposals.message_kinds import ANSWER, COMMENTED
from proposals.models import Inquiry, InquiryEntry
from proposals.throttles import check_can_comment

Kind = InquiryEntry.Kind


@transaction.atomic
def add_note(*, inquiry: Inquiry, text: str, by: Person) -> InquiryEntry:
    """Save a note that only the hub can see. This is also possible for a closed inquiry."""
    row = locked(inquiry)
    entry = _write(row, Kind.NOTE, text, by=by, name=by.name)
    record("inquiry-note", about=row.about, by=by, scope_id=row.hub_id, details={"entry": entry.pk})
    return entry


@transaction.atomic
def answer_authors(*, inquiry: Inquiry, text: str, by: Person) -> InquiryEntry:
    """Save an answer, and write emails with it to the sender and the co-authors. A new inquiry becomes open.

    Raises Refusal if the inquiry is closed.
    """
    row = locked(inquiry)
    rules.check_open(row)
    entry = _write(row, Kind.ANSWER, text, by=by, name=by.name)
    people = [row.person, *(one.person for one in row.co_authors.joined().select_related("person"))]
    write_messages(
        about_inquiry(ANSWER, row, person, key=f"{entry.pk}:{person.pk}", payload={"entry": entry.pk})
        for person in people
    )
    if row.state == Inquiry.State.NEW:
        row.state = Inquiry.State.OPEN
        row.save(update_fields=["state"])
    record("inquiry-answer", about=row.about, by=by, scope_id=row.hub_id, details={"entry": entry.pk})
    return entry


@transaction.atomic
def comment(*, inquiry: Inquiry, text: str, by: Person) -> InquiryEntry:
    """Save a comment of an author, and write an email about it to the hub, at most once a day.

    Raises Refusal if the inquiry is closed, or if the limit of comments is exceeded.
    """
    row = locked(inquiry)
    rules.check_open(row)
    check_can_comment(by)
    entry = _write(row, Kind.COMMENT, text, by=by, name=rules.name_of_author(row, by))
    write_messages([to_hub(row, COMMENTED, key=f"{timezone.localdate():%Y%m%d}")])
    record("inquiry-comment", about=row.about, by=by, scope_id=row.hub_id, details={"entry": entry.pk})
    return entry


def _write(row: Inquiry, kind: str, text: str, *, by: Person, name: str) -> InquiryEntry:
    return InquiryEntry.objects.create(
        inquiry=row, kind=kind, text=text, by=by, name=name or by.email, written_at=timezone.now()
    )
