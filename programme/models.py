"""Values that were loaded from a programme's file. They are stored so that later loads keep what people edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedRow(models.Model):
    """The values that were loaded into one row. Later loads overwrite a field only if it still has the loaded value.

    `about` is the row's name in the file (`series:ltc-cop`, `session:ltc-cop:3`). `row_id` is the ID of the row, by
    which it is found even if its slug or number was edited. `values` maps fields to JSON values. If `about` starts with
    `snapshot:`, the row contains the number of weeks by which the first load moved the dates of the file.
    """

    about = models.CharField(max_length=200, unique=True)
    row_id = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("loaded row")
        verbose_name_plural = _("loaded rows")

    def __str__(self) -> str:
        return self.about
