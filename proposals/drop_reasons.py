"""The reasons why emails about inquiries are not sent."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DropReason(TextChoices):
    INQUIRY_GONE = (
        "inquiry-gone",
        _("The inquiry was confirmed, closed or deleted, or the person is no author of it any more."),
    )
    NO_DATE = "no-date", _("The series has no date any more, or the person does not want to be told.")
