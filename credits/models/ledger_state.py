"""What the ledger of a series was computed from."""

from django.db import models

from sessions.models import Series


class LedgerState(models.Model):
    """`fingerprint` is that of the attendances and records when the ledger was computed (credits.queries.stale)."""

    series = models.OneToOneField(Series, models.CASCADE, related_name="ledger_state")
    fingerprint = models.CharField(max_length=200, blank=True)
    computed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.series_id}: {self.computed_at}"
