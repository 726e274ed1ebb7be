"""Limits of the registration form: per mailbox, per network and in total (ADR 13, 54, 58)."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.throttles import DAY, HOUR, Limit, NetworkLimit, mailbox_of
from echo_portal.lib.refusals import Refusal

TOO_MANY_IN_ALL = "too-many-in-all"
# Each form writes an email to the mailbox. Browsers that signed in with it before have a limit of their own.
FORMS_PER_MAILBOX = Limit("registration-mailbox", 10, HOUR)
FORMS_PER_MAILBOX_IN_KNOWN_BROWSERS = Limit("registration-mailbox-known", 40, HOUR)
FORMS_PER_MAILBOX_AND_DAY = Limit("registration-mailbox-day", 80, DAY)
FORMS_PER_PERSON = Limit("registration-person", 40, HOUR)
# High enough for the staff of a care home, but low enough to stop a script.
FORMS_PER_NETWORK = NetworkLimit("registration-ip", settings.REGISTRATIONS_PER_NETWORK_AND_HOUR, HOUR)
FORMS_IN_ALL = Limit("registration-all", settings.REGISTRATIONS_PER_HOUR, HOUR)


def check_limits(*, email: str, person: Person | None, network: str, in_known_browser: bool) -> None:
    """Count a form, and raise Refusal if a limit is exceeded.

    A form is counted for the signed-in person, or for the mailbox, the network and in total. A form from a browser that
    signed in with the mailbox before is counted for the mailbox only, and has a higher limit. Known and unknown
    addresses count equally, so that neither the answer nor the remaining forms show whether an address is known. Call
    this in the transaction of the form, after everything else that may be refused, so that only accepted forms count.
    """
    if person is not None:
        if not FORMS_PER_PERSON.reserve(str(person.pk)):
            raise Refusal(_("You sent many forms. Wait an hour, then send this one again."), code="too-many")
        return
    per_hour = FORMS_PER_MAILBOX_IN_KNOWN_BROWSERS if in_known_browser else FORMS_PER_MAILBOX
    if not per_hour.reserve(mailbox_of(email)):
        raise Refusal(
            _("Many forms came for this address. Wait an hour, or sign in first, then send it again."), code="too-many"
        )
    if not FORMS_PER_MAILBOX_AND_DAY.reserve(mailbox_of(email)):
        raise Refusal(
            _("Many forms came for this address today. Sign in first, or send it again tomorrow."), code="too-many"
        )
    if in_known_browser:
        return
    if not FORMS_PER_NETWORK.reserve(network):
        raise Refusal(
            _(
                "Many people were registered from your network. Sign in first, with a code that we email you, or wait "
                "an hour; then send this form again."
            ),
            code="too-many",
        )
    if not FORMS_IN_ALL.reserve("all"):
        raise Refusal(
            _("Many people are registering at this moment. Sign in first, or try again in an hour."),
            code=TOO_MANY_IN_ALL,
        )
