from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registrations", "0009_form_province")]

    operations = [
        migrations.AddField(
            "registration", "was_waiting", models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.AddConstraint(
            "registration",
            models.CheckConstraint(
                condition=models.Q(("was_waiting", False), ("state", "cancelled"), _connector="OR"),
                name="registration_was_waiting_is_cancelled",
            ),
        ),
    ]
