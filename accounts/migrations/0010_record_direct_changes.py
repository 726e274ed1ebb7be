"""Create the function with which triggers record changes that were made in the database, outside the portal."""

from django.db import migrations

# `before` or `after` is null if the row was inserted or deleted. The audit event contains the names of the changed
# columns except `ignored`, and the values of `shown` only, because the audit trail has no personal values.
CREATE = """
CREATE FUNCTION accounts_record_direct_change(
    about text, scope bigint, before jsonb, after jsonb, shown text[], ignored text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    fields jsonb := '[]';
    changes jsonb := '{}';
    verb text := CASE WHEN before IS NULL THEN 'added' WHEN after IS NULL THEN 'deleted' ELSE 'changed' END;
BEGIN
    IF verb = 'changed' THEN
        SELECT coalesce(jsonb_agg(new.key ORDER BY new.key), '[]'),
               coalesce(jsonb_object_agg(new.key, jsonb_build_array(old.value, new.value))
                        FILTER (WHERE new.key = ANY (shown)), '{}')
          INTO fields, changes
          FROM jsonb_each(after) AS new JOIN jsonb_each(before) AS old USING (key)
         WHERE new.value IS DISTINCT FROM old.value AND NOT new.key = ANY (ignored);
        IF fields = '[]' THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO accounts_auditevent (verb, about, scope_id, details, request_id)
    VALUES (verb || '-in-database', about, scope,
            jsonb_build_object('fields', fields, 'changes', changes, 'database_user', session_user), '');
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_serves_rural")]

    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP FUNCTION accounts_record_direct_change(text, bigint, jsonb, jsonb, text[], text[]);",
        )
    ]
