"""Limit numbers to plausible values."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0017_certificates_of_erased_people'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accreditation',
            name='interaction_percent',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100, 'A share is at most 100 %.')], verbose_name='share of interaction, %'),
        ),
    ]
