"""Texts that somebody reviews once a year."""

import datetime as dt

REVIEWED_EVERY = dt.timedelta(days=365)


class ReviewedMixin:
    """A mixin for models with a date `reviewed_on`, which is None before the first review."""

    reviewed_on: dt.date | None

    def review_is_due(self, today: dt.date) -> bool:
        """Return whether the text has not been reviewed in the last twelve months."""
        return self.reviewed_on is None or self.reviewed_on < today - REVIEWED_EVERY
