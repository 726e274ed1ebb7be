"""Limits of the public forms, which have no captcha: per mailbox, per network and in total (SAFETY.md 8)."""

import structlog
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.throttles import DAY, HOUR, Limit, NetworkLimit, mailbox_of
from echo_portal.lib.refusals import Refusal

log = structlog.get_logger(__name__)

# Each form is an email to an address that somebody typed.
INQUIRIES_PER_MAILBOX = Limit("inquiry-mailbox", 5, DAY)
COMMENTS_PER_PERSON = Limit("inquiry-comment", 30, DAY)
INVITATIONS_PER_PERSON = Limit("inquiry-invitation", 20, DAY)
INQUIRIES_PER_PERSON = Limit("inquiry-person", 20, DAY)
INQUIRIES_PER_NETWORK = NetworkLimit("inquiry-ip", 20, HOUR)
INQUIRIES_IN_ALL = Limit("inquiry-all", 300, HOUR)


def check_limits(*, form: str, network: str, email: str, person: Person | None) -> None:
    """Count a form, and raise Refusal if a limit is exceeded.

    Forms are counted for the signed-in person or, for guests, for the network, for the mailbox and in total. `form` is
    the kind of form: many forms of one kind from a network do not refuse those of another kind. Call this in the
    transaction of the form, after its key was claimed, so that neither repeated nor refused forms count.
    """
    if person is not None:
        if not INQUIRIES_PER_PERSON.reserve(str(person.pk)):
            raise Refusal(_("You sent many forms today. Send this one tomorrow."), code="too-many")
        return
    if not INQUIRIES_PER_NETWORK.reserve(network, among=form):
        raise Refusal(
            _(
                "Many forms of this kind came from your network. Sign in first, with a code that we email you, and "
                "send it again; or wait an hour. What you typed stays on this page."
            ),
            code="too-many",
        )
    if not INQUIRIES_PER_MAILBOX.reserve(mailbox_of(email)):
        raise Refusal(
            _("Many forms came for this address today. Sign in first, or send it again tomorrow."), code="too-many"
        )
    if not INQUIRIES_IN_ALL.reserve("all"):
        log.warning("proposals.too_many_forms", limit=INQUIRIES_IN_ALL.tries)
        raise Refusal(
            _("Many forms are being sent at this moment. Sign in first, or try again in an hour."), code="too-many"
        )


def check_can_comment(person: Person) -> None:
    """Count a comment of this person. Raise Refusal if the limit is exceeded."""
    if not COMMENTS_PER_PERSON.reserve(str(person.pk)):
        raise Refusal(_("You wrote many comments today. Write again tomorrow."), code="too-many")


def check_can_invite(email: str, by: Person) -> None:
    """Count an email to an address that an author typed. Raise Refusal if the limit of one of the two is exceeded."""
    if not INVITATIONS_PER_PERSON.reserve(str(by.pk)):
        raise Refusal(_("You invited many people today. Invite again tomorrow."), code="too-many", field="email")
    if not INQUIRIES_PER_MAILBOX.reserve(mailbox_of(email)):
        raise Refusal(_("Many emails went to this address today. Try again tomorrow."), code="too-many", field="email")
