"""Limit numbers to plausible values."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pages', '0004_frozen_report'),
    ]

    operations = [
        migrations.AlterField(
            model_name='page',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(999)], verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='questionandanswer',
            name='position',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(999)], verbose_name='position'),
        ),
    ]
