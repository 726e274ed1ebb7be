"""Add the column that the search reads to pages, questions and newsletters."""

from django.db import migrations

ADD = """
ALTER TABLE pages_page ADD COLUMN search_document tsvector GENERATED ALWAYS AS (
    search_document(title_en, title_fr, '', summary_en || ' ' || body_en, summary_fr || ' ' || body_fr)
) STORED;
ALTER TABLE pages_newsletter ADD COLUMN search_document tsvector GENERATED ALWAYS AS (
    search_document(title_en, title_fr, '', summary_en || ' ' || body_en, summary_fr || ' ' || body_fr)
) STORED;
ALTER TABLE pages_questionandanswer ADD COLUMN search_document tsvector GENERATED ALWAYS AS (
    search_document(question_en, question_fr, '', answer_en, answer_fr)
) STORED;
"""
REMOVE = """
ALTER TABLE pages_page DROP COLUMN search_document;
ALTER TABLE pages_newsletter DROP COLUMN search_document;
ALTER TABLE pages_questionandanswer DROP COLUMN search_document;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_documents"), ("pages", "0002_questions_and_newsletters")]

    operations = [migrations.RunSQL(ADD, REMOVE)]
