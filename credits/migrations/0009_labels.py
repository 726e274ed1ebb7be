
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0008_frozen_certificates'),
    ]

    operations = [
        migrations.AlterField(
            model_name='certificate',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='attempts to make the file'),
        ),
        migrations.AlterField(
            model_name='certificate',
            name='values',
            field=models.JSONField(verbose_name='what it prints'),
        ),
        migrations.AlterField(
            model_name='creditentry',
            name='facts',
            field=models.JSONField(default=dict, verbose_name='facts of the reason'),
        ),
    ]
