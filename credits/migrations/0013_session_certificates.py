"""Certificates of one session, with the same frozen contents as those of a series."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

before = import_module("credits.migrations.0008_frozen_certificates")
# The session is frozen, too, and belongs to the series.
GUARD = before.GUARD.replace("OLD.series_id,", "OLD.series_id, OLD.session_id,").replace(
    "NEW.series_id,", "NEW.series_id, NEW.session_id,"
)
OF_SERIES = """
CREATE FUNCTION credits_certificate_session_is_of_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.session_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM echo_sessions_session WHERE id = NEW.session_id AND series_id = NEW.series_id
    ) THEN
        RAISE EXCEPTION 'the session of a certificate belongs to its series' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credits_certificate_session_of_series BEFORE INSERT ON credits_certificate
    FOR EACH ROW EXECUTE FUNCTION credits_certificate_session_is_of_series();
"""
NOT_OF_SERIES = """
DROP TRIGGER credits_certificate_session_of_series ON credits_certificate;
DROP FUNCTION credits_certificate_session_is_of_series();
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0012_reviewers"), ("echo_sessions", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="session",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="echo_sessions.session",
                verbose_name="session",
            ),
        ),
        migrations.RemoveConstraint(model_name="certificate", name="certificate_one_valid"),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("session__isnull", True), ("state", "valid")),
                fields=("person", "series"),
                name="certificate_one_valid",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("session__isnull", False), ("state", "valid")),
                fields=("person", "session"),
                name="certificate_one_valid_of_session",
            ),
        ),
        migrations.RunSQL(before.UNGUARD + GUARD + OF_SERIES, NOT_OF_SERIES + before.UNGUARD + before.GUARD),
    ]
