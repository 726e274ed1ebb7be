"""Record changes of registrations that are made in the database, outside the portal."""

from django.db import migrations

CREATE = """
CREATE FUNCTION registrations_record_direct_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found registrations_registration := coalesce(NEW, OLD);
BEGIN
    PERFORM accounts_record_direct_change(
        CASE WHEN TG_OP = 'DELETE' THEN 'session:' || found.session_id ELSE 'registration:' || found.id END,
        (SELECT series.hub_id FROM echo_sessions_session AS session
           JOIN echo_sessions_series AS series ON series.id = session.series_id WHERE session.id = found.session_id),
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END,
        '{state}',
        '{changed_at,revision}');
    RETURN NULL;
END $$;
CREATE TRIGGER registration_direct_change AFTER INSERT OR UPDATE OR DELETE ON registrations_registration
    FOR EACH ROW WHEN (current_setting('application_name') <> 'echo_portal')
    EXECUTE FUNCTION registrations_record_direct_change();
"""
DROP = """
DROP TRIGGER registration_direct_change ON registrations_registration;
DROP FUNCTION registrations_record_direct_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0017_newest_first"),
        ("accounts", "0010_record_direct_changes"),
        ("echo_sessions", "0011_record_direct_changes"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
