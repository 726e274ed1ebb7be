"""Make the audit trail append-only in the database, and create the cache table of allauth's rate limits."""

from django.core.management import call_command
from django.db import migrations

GUARD = """
CREATE FUNCTION accounts_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER accounts_audit_no_change BEFORE UPDATE OR DELETE ON accounts_auditevent
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_is_append_only();
CREATE TRIGGER accounts_audit_no_truncate BEFORE TRUNCATE ON accounts_auditevent
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_audit_is_append_only();
"""
UNGUARD = """
DROP TRIGGER accounts_audit_no_change ON accounts_auditevent;
DROP TRIGGER accounts_audit_no_truncate ON accounts_auditevent;
DROP FUNCTION accounts_audit_is_append_only();
"""


def create_cache_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunPython(create_cache_table, migrations.RunPython.noop),
    ]
