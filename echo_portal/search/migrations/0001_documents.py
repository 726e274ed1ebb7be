"""Add the column that the search reads to series, sessions and materials; PostgreSQL computes it (ADR 33)."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

# unaccent() is only stable, because its rules are a file. `search_plain` is declared immutable, so that columns can be
# generated from it. It must agree with `plain()` in words.py.
FUNCTIONS = r"""
CREATE FUNCTION search_plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT btrim(regexp_replace(
        lower(unaccent('unaccent'::regdictionary, $1)),
        '[[:space:]!-/:-@\[-`{-~\u0080-\u00bf\u2000-\u206f]+', ' ', 'g'
    ));
END;

CREATE FUNCTION search_document(
    title_en text, title_fr text, names text, more_en text, more_fr text
) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT setweight(to_tsvector('english', search_plain(coalesce(title_en, ''))), 'A')
        || setweight(to_tsvector('french', search_plain(coalesce(title_fr, ''))), 'A')
        || setweight(to_tsvector('simple', search_plain(coalesce(names, ''))), 'B')
        || setweight(to_tsvector('english', search_plain(coalesce(more_en, ''))), 'C')
        || setweight(to_tsvector('french', search_plain(coalesce(more_fr, ''))), 'C')
        || setweight(to_tsvector('simple', search_plain(concat_ws(' ', title_en, title_fr, names, more_en, more_fr))), 'D');
END;

CREATE FUNCTION search_names(text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(array_to_string($1, ' '), '');
END;

-- A word in either language or as it is written. A word that one language ignores, such as "the", matches every text.
CREATE FUNCTION search_word(word text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE
        WHEN numnode(plainto_tsquery('english', word)) = 0 OR numnode(plainto_tsquery('french', word)) = 0
        THEN NULL
        ELSE plainto_tsquery('english', word) || plainto_tsquery('french', word) || plainto_tsquery('simple', word)
    END;
END;
"""

COLUMNS = """
ALTER TABLE {series} ADD COLUMN search_document tsvector
    GENERATED ALWAYS AS (search_document(title_en, title_fr, '', summary_en, summary_fr)) STORED;
ALTER TABLE {session} ADD COLUMN search_document tsvector
    GENERATED ALWAYS AS (search_document(title_en, title_fr, search_names(presenters), '', '')) STORED;
ALTER TABLE {material} ADD COLUMN search_document tsvector
    GENERATED ALWAYS AS (search_document(title, '', '', citation, '')) STORED;
"""
WITHOUT_COLUMNS = """
ALTER TABLE {series} DROP COLUMN search_document;
ALTER TABLE {session} DROP COLUMN search_document;
ALTER TABLE {material} DROP COLUMN search_document;
"""
WITHOUT_FUNCTIONS = """
DROP FUNCTION search_document(text, text, text, text, text);
DROP FUNCTION search_names(text[]);
DROP FUNCTION search_word(text);
DROP FUNCTION search_plain(text);
"""
TABLES = {name: f"echo_sessions_{name}" for name in ("series", "session", "material")}


class Migration(migrations.Migration):
    dependencies = [("echo_sessions", "0008_session_roles")]

    operations = [
        CreateExtension("unaccent"),
        CreateExtension("fuzzystrmatch"),
        migrations.RunSQL(FUNCTIONS, WITHOUT_FUNCTIONS),
        migrations.RunSQL(COLUMNS.format(**TABLES), WITHOUT_COLUMNS.format(**TABLES)),
    ]
