"""Uploaded files, withdrawn and replaced materials, captions and transcripts, and views without names."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


def give_public_ids(apps, schema_editor):
    apps.get_model('echo_sessions', 'Material').objects.update(public_id=RandomUUID())


class Migration(migrations.Migration):

    dependencies = [
        ('echo_sessions', '0009_reminders_held'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MaterialFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='file')),
                ('extension', models.CharField(choices=[('pdf', 'PDF'), ('pptx', 'PPTX'), ('docx', 'DOCX'), ('txt', 'TXT'), ('vtt', 'VTT')], max_length=4)),
                ('content', models.BinaryField()),
                ('size', models.PositiveIntegerField(verbose_name='size')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the file')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded')),
            ],
            options={
                'verbose_name': 'file of a material',
                'verbose_name_plural': 'files of materials',
            },
        ),
        migrations.CreateModel(
            name='MaterialView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('count', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'views of a material',
                'verbose_name_plural': 'views of materials',
            },
        ),
        migrations.RemoveConstraint(
            model_name='material',
            name='material_kind_once',
        ),
        migrations.AddField(
            model_name='material',
            name='has_captions',
            field=models.BooleanField(default=False, help_text='Of a recording: people can read what is said.', verbose_name='captioned'),
        ),
        migrations.AddField(
            model_name='material',
            name='hidden_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='no longer shown since'),
        ),
        migrations.AddField(
            model_name='material',
            name='note',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='why it is no longer shown'),
        ),
        migrations.AddField(
            model_name='material',
            name='public_id',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.RunPython(give_public_ids, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='material',
            name='public_id',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='material',
            name='replaced_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to='echo_sessions.material', verbose_name='replaced by'),
        ),
        migrations.AddField(
            model_name='material',
            name='state',
            field=models.CharField(choices=[('shown', 'Shown'), ('replaced', 'Replaced'), ('withdrawn', 'Withdrawn')], default='shown', editable=False, max_length=12, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='material',
            name='kind',
            field=models.CharField(choices=[('slides', 'Slides'), ('recording', 'Recording'), ('transcript', 'Transcript'), ('captions', 'Captions'), ('questions', 'Questions and answers'), ('document', 'Document'), ('article', 'Article')], max_length=12, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'shown')), fields=('session', 'kind', 'language', 'title'), name='material_kind_once', violation_error_message='This session has a document of this kind, language and title already. Change the title.'),
        ),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('note', ''), ('replaced_by__isnull', True), ('state', 'shown')), models.Q(('hidden_at__isnull', False), ('replaced_by__isnull', True), ('state', 'withdrawn'), models.Q(('note', ''), _negated=True)), models.Q(('hidden_at__isnull', False), ('state', 'replaced')), _connector='OR'), name='material_state_known'),
        ),
        migrations.AddField(
            model_name='materialfile',
            name='material',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='file', to='echo_sessions.material', verbose_name='material'),
        ),
        migrations.AddField(
            model_name='materialfile',
            name='uploaded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by'),
        ),
        migrations.AddField(
            model_name='materialview',
            name='material',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='views', to='echo_sessions.material'),
        ),
        migrations.AddConstraint(
            model_name='materialfile',
            constraint=models.CheckConstraint(condition=models.Q(('size__gt', 0), ('size__lte', 20971520)), name='material_file_size_possible'),
        ),
        migrations.AddConstraint(
            model_name='materialfile',
            constraint=models.CheckConstraint(condition=models.Q(('extension__in', ['pdf', 'pptx', 'docx', 'txt', 'vtt'])), name='material_file_type_known'),
        ),
        migrations.AddConstraint(
            model_name='materialview',
            constraint=models.UniqueConstraint(fields=('material', 'day'), name='material_view_once_a_day'),
        ),
    ]
