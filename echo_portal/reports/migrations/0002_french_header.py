from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_long_exports"),
    ]

    operations = [
        migrations.AddField(
            model_name="longexport",
            name="french_header",
            field=models.BooleanField(default=False, verbose_name="French names of the columns"),
        ),
    ]
