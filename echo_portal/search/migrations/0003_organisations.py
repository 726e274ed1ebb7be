"""Find series by the names of the organisations that offer them."""

from django.db import migrations

ADD = """
ALTER TABLE hubs_organisation ADD COLUMN search_document tsvector
    GENERATED ALWAYS AS (search_document(name_en, name_fr, '', '', '')) STORED;
CREATE AGGREGATE search_together(tsvector) (SFUNC = tsvector_concat, STYPE = tsvector, INITCOND = '');
"""
REMOVE = """
DROP AGGREGATE search_together(tsvector);
ALTER TABLE hubs_organisation DROP COLUMN search_document;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0002_pages"), ("hubs", "0001_initial")]

    operations = [migrations.RunSQL(ADD, REMOVE)]
