"""Certificates of an erased person may be deleted when they are older than seven years (ADR 52)."""

from django.db import migrations

CHANGES = """
       OR (OLD.person_id, OLD.series_id, OLD.session_id, OLD.public_id, OLD.code, OLD.language, OLD.values, OLD.issued_at,
           OLD.replaces_id)
          IS DISTINCT FROM
          (NEW.person_id, NEW.series_id, NEW.session_id, NEW.public_id, NEW.code, NEW.language, NEW.values, NEW.issued_at,
           NEW.replaces_id)
       OR (OLD.pdf IS NOT NULL AND (OLD.pdf, OLD.sha256, OLD.key_id, OLD.rendered_at)
          IS DISTINCT FROM (NEW.pdf, NEW.sha256, NEW.key_id, NEW.rendered_at))
       OR (OLD.state = 'replaced' AND NEW.state = 'valid') THEN
        RAISE EXCEPTION 'a certificate is frozen once it is issued' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FROZEN = f"""
CREATE OR REPLACE FUNCTION credits_certificate_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'revoked' {CHANGES}
"""
DELETED_IN_THE_END = f"""
CREATE OR REPLACE FUNCTION credits_certificate_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.issued_at <= now() - interval '7 years' AND EXISTS (
        SELECT 1 FROM accounts_person person WHERE person.id = OLD.person_id AND person.email LIKE '%@erased.invalid'
    ) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state = 'revoked' {CHANGES}
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0016_signature_image"), ("accounts", "0012_policy_version")]

    operations = [migrations.RunSQL(DELETED_IN_THE_END, FROZEN)]
