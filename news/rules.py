"""Rules for when a newsletter can be sent, and how long requests are kept."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from pages.models import Newsletter

# How long a request that nobody has confirmed, and its link, are kept.
UNPROVED_KEPT = dt.timedelta(days=14)


def check_count(found: int, counted: int) -> None:
    """Raise Refusal if there is no recipient, or if the sender confirmed another number of recipients."""
    if not found:
        raise Refusal(_("Nobody would get it."), code="nobody")
    if found != counted:
        sentence = _("You confirmed %(counted)d recipients; there are %(now)d now. Look once more.")
        raise Refusal(sentence % {"counted": counted, "now": found}, code="counted")


def check_can_send(newsletter: Newsletter) -> None:
    """Raise Refusal if the newsletter is not published, is a sample or has no text, or if no postal address is set."""
    if not Newsletter.objects.in_archive(timezone.localdate()).filter(pk=newsletter.pk).exists():
        raise Refusal(_("Publish the newsletter first."), code="not-published", field="newsletter")
    if newsletter.is_sample:
        raise Refusal(
            _("This newsletter is a sample. Write it, and remove the mark."), code="sample", field="newsletter"
        )
    if not (newsletter.body_en or newsletter.body_fr):
        raise Refusal(_("This newsletter has no text yet."), code="empty", field="newsletter")
    if not settings.OPERATOR_ADDRESS:
        raise Refusal(
            _("The law requires a postal address in news. Ask the operator of the portal to set OPERATOR_ADDRESS."),
            code="no-address",
        )
