"""Counters of rate limits, stored in PostgreSQL to be exact under concurrency and to survive a flush of the broker."""

from django.db import models


class RateCounter(models.Model):
    """The number of attempts of one subject in one window. `subject` is a keyed hash, so that no address is stored."""

    subject = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="rate_counter_once", fields=["subject", "window_start"])]
        indexes = [models.Index(fields=["window_start"], name="rate_counter_age")]

    def __str__(self) -> str:
        return f"{self.subject[:8]} {self.tries}"
