from django.db import migrations, models


class Migration(migrations.Migration):
    """Move the model of loaded rows from the app `credits` to this app, and rename its table."""

    initial = True

    dependencies = [
        ("credits", "0003_labels_and_help"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="LoadedRow",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("about", models.CharField(max_length=200, unique=True)),
                        ("row_id", models.BigIntegerField(null=True)),
                        ("values", models.JSONField(default=dict)),
                    ],
                    options={
                        "verbose_name": "loaded row",
                        "verbose_name_plural": "loaded rows",
                        "db_table": "credits_loadedrow",
                    },
                ),
            ],
        ),
        migrations.AlterModelTable(name="loadedrow", table=None),
    ]
