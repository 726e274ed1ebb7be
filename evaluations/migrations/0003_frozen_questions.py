"""The words of a question are frozen once an evaluation asks it, in the database itself."""

from django.db import migrations

GUARD = """
CREATE FUNCTION evaluations_question_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.hub_id, OLD.code, OLD.version, OLD.kind, OLD.text_en, OLD.text_fr, OLD.choices_en, OLD.choices_fr)
       IS DISTINCT FROM
       (NEW.hub_id, NEW.code, NEW.version, NEW.kind, NEW.text_en, NEW.text_fr, NEW.choices_en, NEW.choices_fr)
       AND EXISTS (SELECT FROM evaluations_evaluationquestion WHERE question_id = OLD.id) THEN
        RAISE EXCEPTION 'a question is frozen once an evaluation asks it' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evaluations_question_frozen BEFORE UPDATE ON evaluations_question
    FOR EACH ROW EXECUTE FUNCTION evaluations_question_is_frozen();
"""
UNGUARD = """
DROP TRIGGER evaluations_question_frozen ON evaluations_question;
DROP FUNCTION evaluations_question_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0002_national_core")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
