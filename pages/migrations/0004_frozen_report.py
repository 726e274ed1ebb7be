"""The figures of a report are frozen when it is made, and all of it when it is published, in the database itself."""

from django.db import migrations

GUARD = """
CREATE FUNCTION pages_report_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NOT NULL THEN
            RAISE EXCEPTION 'a published report cannot be deleted' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.first_on, OLD.last_on, OLD.figures, OLD.made_at)
       IS DISTINCT FROM (NEW.first_on, NEW.last_on, NEW.figures, NEW.made_at)
       OR (OLD.published_at IS NOT NULL AND (OLD.comments, OLD.sha256, OLD.published_at)
          IS DISTINCT FROM (NEW.comments, NEW.sha256, NEW.published_at))
       OR (OLD.withdrawn_at IS NOT NULL AND (OLD.withdrawn_at, OLD.notice_en, OLD.notice_fr)
          IS DISTINCT FROM (NEW.withdrawn_at, NEW.notice_en, NEW.notice_fr)) THEN
        RAISE EXCEPTION 'a report is frozen once it is made' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pages_report_frozen BEFORE UPDATE OR DELETE ON pages_report
    FOR EACH ROW EXECUTE FUNCTION pages_report_is_frozen();
CREATE FUNCTION pages_reportfile_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.report_id, OLD.language) IS DISTINCT FROM (NEW.report_id, NEW.language)
       OR (OLD.pdf IS NOT NULL AND (OLD.pdf, OLD.sha256) IS DISTINCT FROM (NEW.pdf, NEW.sha256)) THEN
        RAISE EXCEPTION 'the file of a report is frozen' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pages_reportfile_frozen BEFORE UPDATE ON pages_reportfile
    FOR EACH ROW EXECUTE FUNCTION pages_reportfile_is_frozen();
"""
UNGUARD = """
DROP TRIGGER pages_reportfile_frozen ON pages_reportfile;
DROP FUNCTION pages_reportfile_is_frozen();
DROP TRIGGER pages_report_frozen ON pages_report;
DROP FUNCTION pages_report_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("pages", "0003_report")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
