"""Store the reason of a message in both languages; existing rows get the same text in both columns."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0005_message_for_a_look")]

    operations = [
        migrations.RenameField("message", "why", "why_en"),
        migrations.AddField("message", "why_fr", models.CharField(max_length=300, default=""), preserve_default=False),
        migrations.RunSQL("UPDATE outbox_message SET why_fr = why_en", migrations.RunSQL.noop),
        migrations.AlterField(
            "message",
            "why_en",
            models.CharField(max_length=300, verbose_name="why this person gets it (English)"),
        ),
        migrations.AlterField(
            "message",
            "why_fr",
            models.CharField(max_length=300, verbose_name="why this person gets it (French)"),
        ),
    ]
