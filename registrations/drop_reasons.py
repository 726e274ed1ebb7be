"""The reasons why a message about a registration was not sent or is held, as codes with sentences."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DropReason(TextChoices):
    PLACE_LEFT = "place-left", _("The place was given back.")
    PLACE_LEFT_OR_CANCELLED = "place-left-or-cancelled", _("The place was given back, or the session is cancelled.")
    PLACE_LEFT_OR_CHANGED = (
        "place-left-or-changed",
        _("The place was given back, or the session was changed again."),
    )
    PLACE_LEFT_OR_MOVED = (
        "place-left-or-moved",
        _("The place was given back, or the session was moved or cancelled."),
    )
    PLACE_TAKEN = "place-taken", _("The person no longer waits, or the free place was taken.")
    EVERY_PLACE_LEFT = "every-place-left", _("Every place was given back before the confirmation left.")
    REWRITTEN = "rewritten", _("It was written again, with the place that the person was given since.")
    CHANGED_AGAIN = "changed-again", _("The session was changed again before it left.")
    RECALLED = "recalled", _("The change was taken back before it left.")
    HELD = "held", _("The session has been held.")
    CAME_BACK = "came-back", _("The person has come back since.")
    NOT_MISSED = "not-missed", _("They were there, gave the place back, or the recording is not online any more.")
    INVITATION_GONE = "invitation-gone", _("The invitation was answered, or has expired.")
    PERSON_GONE = "person-gone", _("The person is gone.")


class HoldReason(TextChoices):
    WITH_SESSION = "held-with-session", _("The reminders of this session are held.")
