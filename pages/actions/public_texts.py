"""Save texts of the public pages."""

from collections.abc import Collection

from django.utils import timezone

from pages.models import PublicText


def note_edits(text: PublicText, *, changed: Collection[str], says_the_same: bool) -> None:
    """Set when each language was edited, from the names of the changed fields. Save nothing.

    `says_the_same` is that somebody compared both languages.
    """
    now = timezone.now()
    if says_the_same or text.pk is None:
        text.english_edited_at = text.french_edited_at = now
        return
    if any(f"{name}_en" in changed for name in text.BILINGUAL_FIELDS):
        text.english_edited_at = now
    if any(f"{name}_fr" in changed for name in text.BILINGUAL_FIELDS):
        text.french_edited_at = now
