"""Lists of people that were uploaded for a series."""

from accounts.models import AuditEvent
from registrations.models import RegistrantList
from sessions.models import Series


def uploader_of_deleted_list(series: Series, upload: int) -> int | None:
    """Return the ID of the person who uploaded a list that no longer exists to this series, or None if nobody did."""
    if RegistrantList.objects.filter(pk=upload).exists():
        return None
    about = AuditEvent.objects.filter(verb="people-list-uploaded", about=f"series:{series.pk}", details__list=upload)
    return about.values_list("actor_id", flat=True).first()
