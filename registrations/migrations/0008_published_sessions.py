from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registrations", "0007_said_by_form")]

    operations = [
        migrations.RemoveConstraint("sessionchange", "session_change_kind_known"),
        migrations.AlterField(
            "sessionchange",
            "kind",
            models.CharField(
                "kind",
                choices=[("rescheduled", "Rescheduled"), ("cancelled", "Cancelled"), ("published", "Published")],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            "sessionchange",
            models.CheckConstraint(
                condition=models.Q(("kind__in", ["rescheduled", "cancelled", "published"])),
                name="session_change_kind_known",
            ),
        ),
    ]
