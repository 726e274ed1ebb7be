"""The state of the data from which the ledger of a series was last computed."""

from django.db import models

from sessions.models import Series


class LedgerState(models.Model):
    """The fingerprint of the attendances and accreditations of a series when its ledger was computed.

    See `credits.queries.stale`.
    """

    series = models.OneToOneField(Series, models.CASCADE, related_name="ledger_state")
    fingerprint = models.CharField(max_length=200, blank=True)
    computed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.series_id}: {self.computed_at}"
