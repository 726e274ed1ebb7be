"""Keep the names of presenters before and after a change apart from the audit trail."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('echo_sessions', '0013_reasons_in_both_languages'),
    ]

    operations = [
        migrations.CreateModel(
            name='PresenterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, verbose_name='before')),
                ('after', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), default=list, verbose_name='after')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='presenter_changes', to='echo_sessions.session', verbose_name='session')),
            ],
            options={
                'verbose_name': 'change of presenters',
                'verbose_name_plural': 'changes of presenters',
                'ordering': ['pk'],
            },
        ),
    ]
