"""The reasons why emails about evaluations are not sent, as codes with sentences."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DropReason(TextChoices):
    EVALUATION_ENDED = "evaluation-ended", _("The person has answered, or the evaluation is closed.")
