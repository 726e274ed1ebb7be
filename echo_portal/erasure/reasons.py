"""Why a person is erased: a code, because the audit trail is never changed and must not contain personal texts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    ASKED = "asked", _("They asked for it")
    DECEASED = "deceased", _("They have died, and somebody who may decide asked for it")
    MISTAKE = "mistake", _("The profile is a mistake, or somebody else made it")
    UNUSED = "unused", _("The profile is no longer used")
