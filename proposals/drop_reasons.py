"""Why an email about an inquiry was not sent."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DropReason(TextChoices):
    INQUIRY_GONE = (
        "inquiry-gone",
        _("The inquiry was confirmed, closed or deleted, or the person is no author of it any more."),
    )
