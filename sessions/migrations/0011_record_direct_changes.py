"""Record changes of series, sessions and enrollment keys that are made in the database, outside the portal."""

from django.db import migrations

# The deletion of a session or a key is recorded about its series, whose history still exists. The portal's own connections are recognised by their name
# (DATABASES in the settings), so that its changes, which have their own audit events, run no function.
CREATE = """
CREATE FUNCTION sessions_record_direct_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found jsonb := to_jsonb(coalesce(NEW, OLD));
    hub bigint;
    about text := TG_ARGV[0] || ':' || (found ->> 'id');
BEGIN
    hub := CASE TG_ARGV[0] WHEN 'series' THEN found ->> 'hub_id' ELSE (
        SELECT hub_id::text FROM echo_sessions_series WHERE id = (found ->> 'series_id')::bigint) END;
    IF TG_OP = 'DELETE' AND TG_ARGV[0] <> 'series' THEN
        about := 'series:' || (found ->> 'series_id');
    END IF;
    PERFORM accounts_record_direct_change(
        about,
        hub,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END,
        TG_ARGV[1]::text[],
        '{starts_at,ends_at,over_at,last_modified_at,revision,folded}');
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_direct_change AFTER INSERT OR UPDATE OR DELETE ON echo_sessions_{table}
    FOR EACH ROW WHEN (current_setting('application_name') <> 'echo_portal')
    EXECUTE FUNCTION sessions_record_direct_change('{table}', '{{{shown}}}');
"""
    for table, shown in {
        "series": "slug,hub_id,state,kind,title_en,title_fr,language,registration_mode,choose_one,"
        "attend_all_required,recordings_for,ongoing,announced_session_count,free_of_charge",
        "session": "number,state,title_en,title_fr,on_date,start_time,end_time,time_zone,held_by,capacity,"
        "promote_until_minutes",
        "enrollmentkey": "text,opens_at,closes_at,max_uses,campaign,language",
    }.items()
)
DROP = (
    "".join(
        f"DROP TRIGGER {table}_direct_change ON echo_sessions_{table};"
        for table in ("series", "session", "enrollmentkey")
    )
    + "DROP FUNCTION sessions_record_direct_change();"
)


class Migration(migrations.Migration):
    dependencies = [("echo_sessions", "0010_material_files"), ("accounts", "0010_record_direct_changes")]

    operations = [migrations.RunSQL(CREATE, DROP)]
