"""The ledger is append-only, its pairs belong together, and no sum exceeds its maximum: in the database itself."""

from django.db import migrations

GUARD = """
CREATE FUNCTION credits_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger of credits is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER credits_entry_no_change BEFORE UPDATE OR DELETE ON credits_creditentry
    FOR EACH ROW EXECUTE FUNCTION credits_entry_is_append_only();

CREATE FUNCTION credits_entry_pairs() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE other credits_creditentry;
BEGIN
    SELECT * INTO other FROM credits_creditentry WHERE id = COALESCE(NEW.reverses_id, NEW.follows_id);
    IF FOUND AND ((other.accreditation_id, other.person_id, other.session_id)
                    IS DISTINCT FROM (NEW.accreditation_id, NEW.person_id, NEW.session_id)
               OR (NEW.kind = 'reversal' AND (other.kind <> 'entry' OR NEW.credits <> -other.credits))
               OR (NEW.kind = 'entry' AND other.kind <> 'reversal')) THEN
        RAISE EXCEPTION 'this entry does not belong to %', other.id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credits_entry_pairs BEFORE INSERT ON credits_creditentry
    FOR EACH ROW EXECUTE FUNCTION credits_entry_pairs();

CREATE FUNCTION credits_entry_within_maximum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE earned numeric; most numeric;
BEGIN
    SELECT sum(credits) INTO earned FROM credits_creditentry
     WHERE accreditation_id = NEW.accreditation_id AND person_id = NEW.person_id;
    SELECT max_credits INTO most FROM credits_accreditation WHERE id = NEW.accreditation_id;
    IF earned > most OR earned < 0 THEN
        RAISE EXCEPTION 'the sum of the ledger would be %, the maximum is %', earned, most
              USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER credits_entry_within_maximum AFTER INSERT ON credits_creditentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credits_entry_within_maximum();
"""
UNGUARD = """
DROP TRIGGER credits_entry_within_maximum ON credits_creditentry;
DROP TRIGGER credits_entry_pairs ON credits_creditentry;
DROP TRIGGER credits_entry_no_change ON credits_creditentry;
DROP FUNCTION credits_entry_within_maximum();
DROP FUNCTION credits_entry_pairs();
DROP FUNCTION credits_entry_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("credits", "0005_ledger")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
