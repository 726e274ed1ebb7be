"""Give the reason why a material is no longer shown in both languages."""

from django.db import migrations, models

# A reason is in the language of its series, as far as is known.
MOVE = """
UPDATE echo_sessions_material AS material
SET note_en = CASE series.language WHEN 'fr' THEN '' ELSE note END,
    note_fr = CASE series.language WHEN 'fr' THEN note ELSE '' END
FROM echo_sessions_session AS session JOIN echo_sessions_series AS series ON series.id = session.series_id
WHERE material.session_id = session.id AND material.note <> '';
"""
MOVE_BACK = "UPDATE echo_sessions_material SET note = CASE note_en WHEN '' THEN note_fr ELSE note_en END;"


class Migration(migrations.Migration):

    dependencies = [
        ('echo_sessions', '0012_recordings_for_slow_connections'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='material',
            name='material_state_known',
        ),
        migrations.AddField(
            model_name='material',
            name='note_en',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='why it is no longer shown (English)'),
        ),
        migrations.AddField(
            model_name='material',
            name='note_fr',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='why it is no longer shown (French)'),
        ),
        migrations.RunSQL(MOVE, MOVE_BACK),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('note_en', ''), ('note_fr', ''), ('replaced_by__isnull', True), ('state', 'shown')), models.Q(('hidden_at__isnull', False), ('replaced_by__isnull', True), ('state', 'withdrawn'), models.Q(('note_en', ''), ('note_fr', ''), _negated=True)), models.Q(('hidden_at__isnull', False), ('state', 'replaced')), _connector='OR'), name='material_state_known'),
        ),
        migrations.RemoveField(
            model_name='material',
            name='note',
        ),
    ]
