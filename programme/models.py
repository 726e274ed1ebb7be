"""The values that were loaded from a programme's file, so that a second load keeps rows that people edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedRow(models.Model):
    """The values loaded into one row. A field is overwritten only while it still has the value loaded before.

    `about` is the row's name in the file (`series:ltc-cop`, `session:ltc-cop:3`). `row_id` is the id of the row, which
    is found even if its slug or number was edited. `values` maps fields to JSON values. A row whose `about` starts with
    `snapshot:` stores by how many weeks the file's dates were moved when it was first loaded.
    """

    about = models.CharField(max_length=200, unique=True)
    row_id = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("loaded row")
        verbose_name_plural = _("loaded rows")

    def __str__(self) -> str:
        return self.about
