"""Stored results of submitted forms, so that submitting a form again has the same result (SAFETY.md 7, goal 6)."""

import uuid

from django.db import models
from django.db.models.functions import Now


class FormReceipt(models.Model):
    """The result of a processed form, identified by the form's idempotency key. Refused forms have no receipt.

    `fingerprint` is a keyed hash of the normalised content. `answer` contains what the confirmation page displays, with
    IDs instead of names.
    """

    key = models.UUIDField(unique=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    form = models.CharField(max_length=40)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"{self.form} {self.key}"
