"""Limit numbers to plausible values."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('echo_sessions', '0014_presenter_change'),
    ]

    operations = [
        migrations.AlterField(
            model_name='enrollmentkey',
            name='max_uses',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: no limit.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000, 'Write at most 100,000 uses, or leave it empty for no limit.')], verbose_name='uses at most'),
        ),
        migrations.AlterField(
            model_name='series',
            name='announced_session_count',
            field=models.PositiveSmallIntegerField(blank=True, help_text='How many sessions were announced, when not all of them are listed yet.', null=True, validators=[django.core.validators.MaxValueValidator(999, 'Write at most 999 sessions.')], verbose_name='sessions announced'),
        ),
        migrations.AlterField(
            model_name='session',
            name='capacity',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: no limit.', null=True, validators=[django.core.validators.MaxValueValidator(10000, 'Write at most 10,000 places, or leave it empty for no limit.')], verbose_name='places'),
        ),
        migrations.AlterField(
            model_name='session',
            name='number',
            field=models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(999, 'Write a number from 0 to 999.')], verbose_name='number'),
        ),
    ]
