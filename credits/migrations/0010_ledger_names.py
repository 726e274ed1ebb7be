
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0009_labels'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='creditentry',
            options={'ordering': ['-id'], 'verbose_name': 'entry of the ledger', 'verbose_name_plural': 'entries of the ledger'},
        ),
    ]
