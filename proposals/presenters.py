"""Build the values that pages display about an inquiry."""

from django.utils import timezone
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_long
from proposals.models import Inquiry, InquiryEntry
from sessions.vocabularies import PracticeArea


def facts_of(inquiry: Inquiry) -> list[tuple[str, str]]:
    """Return pairs of a label and a value for what the sender entered, without empty values."""
    found = [
        (_("What to create"), inquiry.get_format_display() if inquiry.format else ""),
        (_("Working title"), inquiry.title),
        (_("Organisation"), inquiry.organisation),
        (_("Topics"), topic_words(inquiry)),
        (_("In your words"), inquiry.text),
        (_("Language"), spoken_words(inquiry)),
        (_("Who it is for"), inquiry.audience),
        (_("The team"), inquiry.team),
        (_("Name"), inquiry.name),
        (_("Profession"), inquiry.get_profession_display() if inquiry.profession else ""),
        (_("Province or territory"), str(inquiry.get_province_display())),
    ]
    return [(label, value) for label, value in found if value]


def topic_words(inquiry: Inquiry) -> str:
    labels = dict(PracticeArea.choices)
    return ", ".join(str(labels[code]) for code in inquiry.topics)


def spoken_words(inquiry: Inquiry) -> str:
    labels = dict(Inquiry.SpokenIn.choices)
    return ", ".join(str(labels[code]) for code in inquiry.spoken_in)


def next_step_of(inquiry: Inquiry) -> str:
    """Return the next step with its date as a sentence, or "" if the inquiry is not open."""
    if not inquiry.is_open or inquiry.next_step_on is None:
        return ""
    step = inquiry.next_step or _("The hub reads it and answers you")
    return _("%(step)s, by %(date)s") % {"step": step, "date": date_long(inquiry.next_step_on, active_language())}


def is_late(inquiry: Inquiry) -> bool:
    """Return whether the date of the next step has passed."""
    return inquiry.is_open and inquiry.next_step_on is not None and inquiry.next_step_on < timezone.localdate()


def entries_for_authors(inquiry: Inquiry) -> list[InquiryEntry]:
    """Return the answers and comments of the inquiry, the oldest first."""
    return list(inquiry.entries.for_authors())
