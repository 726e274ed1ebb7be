from django.db import migrations


class Migration(migrations.Migration):
    """Forget the table of loaded rows, which the programme app has taken over."""

    dependencies = [
        ("credits", "0003_labels_and_help"),
        ("programme", "0001_loaded_row"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="LoadedRow")],
        ),
    ]
