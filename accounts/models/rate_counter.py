"""Counters of tries, in PostgreSQL: exact under any concurrency, and a flushed broker does not reset them."""

from django.db import models


class RateCounter(models.Model):
    """Tries of one subject in one window. `subject` is a keyed hash: no address is kept."""

    subject = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="rate_counter_once", fields=["subject", "window_start"])]
        indexes = [models.Index(fields=["window_start"], name="rate_counter_age")]

    def __str__(self) -> str:
        return f"{self.subject[:8]} {self.tries}"
