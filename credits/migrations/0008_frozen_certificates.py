"""What a certificate says is frozen at issue, in the database itself."""

from django.db import migrations

GUARD = """
CREATE FUNCTION credits_certificate_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'revoked'
       OR (OLD.person_id, OLD.series_id, OLD.public_id, OLD.code, OLD.language, OLD.values, OLD.issued_at, OLD.replaces_id)
          IS DISTINCT FROM
          (NEW.person_id, NEW.series_id, NEW.public_id, NEW.code, NEW.language, NEW.values, NEW.issued_at, NEW.replaces_id)
       OR (OLD.pdf IS NOT NULL AND (OLD.pdf, OLD.sha256, OLD.key_id, OLD.rendered_at)
          IS DISTINCT FROM (NEW.pdf, NEW.sha256, NEW.key_id, NEW.rendered_at))
       OR (OLD.state = 'replaced' AND NEW.state = 'valid') THEN
        RAISE EXCEPTION 'a certificate is frozen once it is issued' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credits_certificate_frozen BEFORE UPDATE OR DELETE ON credits_certificate
    FOR EACH ROW EXECUTE FUNCTION credits_certificate_is_frozen();
"""
UNGUARD = """
DROP TRIGGER credits_certificate_frozen ON credits_certificate;
DROP FUNCTION credits_certificate_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0007_certificate")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
