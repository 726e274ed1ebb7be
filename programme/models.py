"""What a programme's file wrote, so that loading it again keeps what people edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedRow(models.Model):
    """What a programme's file wrote: a field is written again only while it still has the value loaded before.

    `about` names the row as the file knows it (`series:ltc-cop`, `session:ltc-cop:3`); `row_id` finds it again under
    another slug or number; `values` are plain texts and numbers by field. A row of the kind `snapshot:` remembers by
    how many weeks a file's dates were moved when it was first loaded.
    """

    about = models.CharField(max_length=200, unique=True)
    row_id = models.BigIntegerField(null=True)
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("loaded row")
        verbose_name_plural = _("loaded rows")

    def __str__(self) -> str:
        return self.about
