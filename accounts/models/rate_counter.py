"""Counters of rate limits in PostgreSQL: exact under concurrency, and kept when the broker is flushed."""

from django.db import models


class RateCounter(models.Model):
    """The attempts of one subject in one window. `subject` is a keyed hash, so no address is stored."""

    subject = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="rate_counter_once", fields=["subject", "window_start"])]
        indexes = [models.Index(fields=["window_start"], name="rate_counter_age")]

    def __str__(self) -> str:
        return f"{self.subject[:8]} {self.tries}"
