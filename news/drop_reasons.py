"""The reasons why emails with news are not sent."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DropReason(TextChoices):
    REQUEST_GONE = "news-request-gone", _("The request for news was confirmed or deleted.")
    NOT_WANTED = "news-not-wanted", _("The person does not get news any more.")
    NOT_PUBLISHED = "newsletter-not-published", _("The newsletter is not published any more, or was taken back.")
