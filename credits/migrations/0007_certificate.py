
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0006_append_only_ledger'),
        ('echo_sessions', '0004_promote_until_limit'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=12, unique=True, verbose_name='code')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'Français')], max_length=2, verbose_name='language')),
                ('values', models.JSONField()),
                ('state', models.CharField(choices=[('valid', 'Valid'), ('replaced', 'Replaced'), ('revoked', 'Revoked')], default='valid', max_length=8, verbose_name='state')),
                ('issued_at', models.DateTimeField(verbose_name='issued')),
                ('replaced_at', models.DateTimeField(null=True, verbose_name='replaced')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked')),
                ('revoked_because', models.CharField(blank=True, max_length=300, verbose_name='why revoked')),
                ('pdf', models.BinaryField(null=True)),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256 of the file')),
                ('key_id', models.CharField(blank=True, max_length=40, verbose_name='signed by the key')),
                ('rendered_at', models.DateTimeField(null=True, verbose_name='file made')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='credits.certificate', verbose_name='replaces')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='echo_sessions.series', verbose_name='series')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['-issued_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('pdf__isnull', True), ('state', 'valid')), fields=['issued_at'], name='certificate_to_render')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'valid')), fields=('person', 'series'), name='certificate_one_valid'), models.CheckConstraint(condition=models.Q(models.Q(('replaced_at__isnull', True), ('revoked_at__isnull', True), ('state', 'valid')), models.Q(('replaced_at__isnull', False), ('revoked_at__isnull', True), ('state', 'replaced')), models.Q(('revoked_at__isnull', False), ('state', 'revoked'), models.Q(('revoked_because', ''), _negated=True)), _connector='OR'), name='certificate_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('key_id', ''), ('pdf__isnull', True), ('rendered_at__isnull', True), ('sha256', '')), models.Q(('pdf__isnull', False), ('rendered_at__isnull', False), ('sha256__regex', '^[0-9a-f]{64}$')), _connector='OR'), name='certificate_file_with_hash'), models.CheckConstraint(condition=models.Q(('code__regex', '^[0-9A-HJKMNP-TV-Z]{12}$')), name='certificate_code_shape')],
            },
        ),
    ]
