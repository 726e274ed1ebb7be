

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0004_loaded_row_moved_to_programme'),
        ('echo_sessions', '0004_promote_until_limit'),
        ('hubs', '0002_labels_and_help'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CreditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('entry', 'entry'), ('reversal', 'reversal')], default='entry', max_length=8, verbose_name='kind')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes attended')),
                ('session_minutes', models.PositiveIntegerField(verbose_name='minutes of the session')),
                ('credits_per_hour', models.DecimalField(decimal_places=2, max_digits=4, verbose_name='credits per hour')),
                ('credits', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='credits')),
                ('code', models.CharField(max_length=20, verbose_name='reason')),
                ('facts', models.JSONField(default=dict)),
                ('written_at', models.DateTimeField(verbose_name='written')),
            ],
            options={
                'verbose_name': 'entry of the ledger',
                'verbose_name_plural': 'ledger of credits',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='LedgerState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(blank=True, max_length=200)),
                ('computed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='accreditation',
            name='conflicts_declared_on',
            field=models.DateField(blank=True, null=True, verbose_name='conflicts of interest declared'),
        ),
        migrations.AddField(
            model_name='accreditation',
            name='credit_step',
            field=models.DecimalField(decimal_places=2, default=Decimal('0.25'), help_text='0.25: quarter hours.', max_digits=4, verbose_name='rounded down to'),
        ),
        migrations.AddField(
            model_name='accreditation',
            name='interaction_percent',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='share of interaction, %'),
        ),
        migrations.AddField(
            model_name='accreditation',
            name='professions',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('FP', 'Family physician'), ('PCP', 'Palliative care physician'), ('SPEC', 'Other specialist physician'), ('RES', 'Medical resident or student'), ('NP', 'Nurse practitioner'), ('RN', 'Registered nurse'), ('PSYN', 'Registered psychiatric nurse'), ('LPN', 'Licensed practical nurse; registered practical nurse (Ontario)'), ('CNS', 'Clinical nurse specialist or educator'), ('PSW', 'Personal support worker, health care aide or care assistant'), ('PARA', 'Paramedic'), ('PHARM', 'Pharmacist'), ('PTECH', 'Pharmacy technician'), ('SW', 'Social worker'), ('SPIRIT', 'Spiritual care provider or chaplain'), ('PSY', 'Psychologist or counsellor'), ('OT', 'Occupational therapist'), ('PT', 'Physiotherapist'), ('SLP', 'Speech-language pathologist'), ('RT', 'Respiratory therapist'), ('RD', 'Dietitian'), ('RECR', 'Recreation, music or art therapist'), ('PA', 'Physician assistant'), ('IHW', 'Indigenous health worker, navigator or Elder'), ('DOULA', 'End-of-life doula'), ('VOL', 'Hospice volunteer'), ('COORD', 'Care coordinator or case manager'), ('ADMIN', 'Administrator, system leader or policy'), ('EDU', 'Educator or researcher'), ('STUD', 'Student (other)'), ('CARER', 'Caregiver or member of the public'), ('OTHER', 'Other profession'), ('UNSAID', 'Prefer not to say')], max_length=8), blank=True, default=list, help_text='Empty: for everyone.', verbose_name='for these professions'),
        ),
        migrations.AddField(
            model_name='accreditation',
            name='scheme',
            field=models.CharField(choices=[('mainpro', 'Mainpro+ (College of Family Physicians)'), ('moc', 'Maintenance of Certification, Section 1 (Royal College)'), ('pharmacy', 'Pharmacy (CCCEP): statement of attendance'), ('hours', 'Hours of learning')], default='mainpro', max_length=10, verbose_name='kind of credit'),
        ),
        migrations.AddConstraint(
            model_name='accreditation',
            constraint=models.CheckConstraint(condition=models.Q(('scheme__in', ['mainpro', 'moc', 'pharmacy', 'hours'])), name='accreditation_scheme_known'),
        ),
        migrations.AddConstraint(
            model_name='accreditation',
            constraint=models.CheckConstraint(condition=models.Q(('credit_step__gt', 0)), name='accreditation_step_positive', violation_error_message='The step of credits is more than zero.'),
        ),
        migrations.AddConstraint(
            model_name='accreditation',
            constraint=models.CheckConstraint(condition=models.Q(('max_per_session__isnull', True), ('max_per_session__gt', 0), _connector='OR'), name='accreditation_session_max_positive', violation_error_message='Leave the maximum per session empty, or give more than zero.'),
        ),
        migrations.AddConstraint(
            model_name='accreditation',
            constraint=models.CheckConstraint(condition=models.Q(('interaction_percent__isnull', True), ('interaction_percent__lte', 100), _connector='OR'), name='accreditation_interaction_percent', violation_error_message='A share is at most 100 %.'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='accreditation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='credits.accreditation', verbose_name='accreditation'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='follows',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='credits.creditentry', verbose_name='follows'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='reverses',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='credits.creditentry', verbose_name='takes back'),
        ),
        migrations.AddField(
            model_name='creditentry',
            name='session',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_entries', to='echo_sessions.session', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='ledgerstate',
            name='series',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ledger_state', to='echo_sessions.series'),
        ),
        migrations.AddIndex(
            model_name='creditentry',
            index=models.Index(fields=['accreditation', 'person'], name='credit_entry_of_person'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.UniqueConstraint(condition=models.Q(('follows__isnull', True), ('kind', 'entry')), fields=('accreditation', 'person', 'session'), name='credit_entry_first_once'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credits__gte', 0), ('kind', 'entry'), ('reverses__isnull', True)), models.Q(('credits__lte', 0), ('follows__isnull', True), ('kind', 'reversal'), ('reverses__isnull', False)), _connector='OR'), name='credit_entry_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='creditentry',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'reversal'), models.Q(('credits__lte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('minutes'), '*', models.F('credits_per_hour')), '/', models.Value(60))), ('minutes__lte', models.F('session_minutes'))), _connector='OR'), name='credit_entry_within_minutes'),
        ),
    ]
