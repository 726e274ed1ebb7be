"""Actions on the texts of public pages."""

from collections.abc import Collection

from django.utils import timezone

from pages.models import PublicText


def note_edits(text: PublicText, *, changed: Collection[str], says_the_same: bool) -> None:
    """Set the times at which each language was last edited, given the names of the changed fields. Nothing is saved.

    `says_the_same` is True if the person confirmed that both languages say the same; then both times are set.
    """
    now = timezone.now()
    if says_the_same or text.pk is None:
        text.english_edited_at = text.french_edited_at = now
        return
    if any(f"{name}_en" in changed for name in text.BILINGUAL_FIELDS):
        text.english_edited_at = now
    if any(f"{name}_fr" in changed for name in text.BILINGUAL_FIELDS):
        text.french_edited_at = now
