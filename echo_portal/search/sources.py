"""The SELECT statements of the public rows that can be found, one for each kind of result.

Each has the columns `kind`, `id`, `document` (its own text), `around` (the text of what it belongs to), `title_en`,
`title_fr`, `hub_id`, `language`, `held`, and `stands_for`: the series of a session with the same title. Except for
`%(now)s`, they contain no value of a request. Fixed pages are results of the kind PAGE with negative IDs.
"""

from enum import StrEnum

from echo_portal.search.fixed_pages import ROWS


class Kind(StrEnum):
    SESSION = "session"
    SERIES = "series"
    MATERIAL = "material"
    HUB = "hub"
    PAGE = "page"
    QUESTION = "question"
    NEWSLETTER = "newsletter"


# A session that has no title is found if it has materials.
_OWN_TITLE = """((session.title_en, session.title_fr) <> ('', '') OR EXISTS (
            SELECT FROM echo_sessions_material AS material WHERE material.session_id = session.id
        ))"""
_ITS_TITLE = "session.title_en IN ('', series.title_en) AND session.title_fr IN ('', series.title_fr)"
NOTHING = "''::tsvector"
# Stands for the documents of the fixed pages, in the order of their IDs: `queries` reads them once per process.
FIXED_DOCUMENTS = "%(fixed_documents)s"
# A series with a complete accreditation for Mainpro+ is found by the name of these credits.
_CREDITS = f"""CASE WHEN EXISTS (
            SELECT FROM credits_accreditation AS accreditation
            WHERE accreditation.series_id = series.id AND accreditation.scheme = 'mainpro'
              AND accreditation.valid_from IS NOT NULL AND accreditation.valid_to IS NOT NULL
              AND accreditation.statement_en <> '' AND accreditation.statement_fr <> ''
        ) THEN search_document('Mainpro+ CFPC', 'Mainpro+ CMFC', '', 'credits', 'crédits') ELSE {NOTHING} END"""
# A series is found by the names of the organisations that offer it.
_OFFERED_BY = """(
            SELECT search_together(organisation.search_document)
            FROM echo_sessions_seriesorganisation AS role
            JOIN hubs_organisation AS organisation ON organisation.id = role.organisation_id
            WHERE role.series_id = series.id
        )"""

SELECTS = {
    Kind.SESSION: f"""
        SELECT 'session' AS kind, session.id, session.search_document AS document,
               series.search_document AS around, session.title_en, session.title_fr,
               series.hub_id, series.language, coalesce(session.over_at <= %(now)s, false) AS held,
               CASE WHEN {_ITS_TITLE} THEN series.id END AS stands_for
        FROM echo_sessions_session AS session
        JOIN echo_sessions_series AS series ON series.id = session.series_id
        WHERE series.state = 'published' AND session.state IN ('published', 'rescheduled') AND {_OWN_TITLE}""",  # noqa: S608 (no value of a request)
    Kind.SERIES: f"""
        SELECT 'series', series.id, series.search_document, {_CREDITS} || {_OFFERED_BY},
               series.title_en, series.title_fr, series.hub_id, series.language, false, NULL::bigint
        FROM echo_sessions_series AS series
        WHERE series.state = 'published'""",  # noqa: S608
    Kind.MATERIAL: """
        SELECT 'material', material.id, material.search_document, session.search_document, material.title, '',
               series.hub_id, series.language, true, NULL::bigint
        FROM echo_sessions_material AS material
        JOIN echo_sessions_session AS session ON session.id = material.session_id
        JOIN echo_sessions_series AS series ON series.id = session.series_id
        WHERE material.title <> '' AND material.state = 'shown' AND series.state = 'published'
          AND session.state IN ('published', 'rescheduled') AND session.over_at <= %(now)s""",
    Kind.HUB: f"""
        SELECT 'hub', hub.id, search_document(hub.name_en, hub.name_fr, '', hub.vision_en, hub.vision_fr),
               {NOTHING}, hub.name_en, hub.name_fr, hub.id, ''::varchar, false, NULL::bigint
        FROM hubs_hub AS hub""",  # noqa: S608
    Kind.PAGE: f"""
        SELECT 'page', page.id, page.search_document, {NOTHING}, page.title_en, page.title_fr,
               NULL::bigint, ''::varchar, false, NULL::bigint
        FROM pages_page AS page
        WHERE page.is_published AND page.hub_id IS NULL
          AND page.slug <> 'contact' -- a fixed page, with more words by which it is found
        UNION ALL
        SELECT 'page', fixed.id, ({FIXED_DOCUMENTS})[-fixed.id],
               {NOTHING}, fixed.title_en, fixed.title_fr, NULL::bigint, ''::varchar, false, NULL::bigint
        FROM ({ROWS}) AS fixed (id, title_en, title_fr, words_en, words_fr)""",  # noqa: S608
    Kind.QUESTION: f"""
        SELECT 'question', question.id, question.search_document, {NOTHING}, question.question_en,
               question.question_fr, NULL::bigint, ''::varchar, false, NULL::bigint
        FROM pages_questionandanswer AS question
        WHERE question.is_published AND question.hub_id IS NULL""",  # noqa: S608
    Kind.NEWSLETTER: f"""
        SELECT 'newsletter', newsletter.id, newsletter.search_document, {NOTHING}, newsletter.title_en,
               newsletter.title_fr, newsletter.hub_id, ''::varchar, false, NULL::bigint
        FROM pages_newsletter AS newsletter
        WHERE newsletter.is_published
          AND newsletter.published_on <= (%(now)s::timestamptz AT TIME ZONE 'America/Toronto')::date""",  # noqa: S608
}

# Whether a series among the matches is found as its only session, which has the same title.
FOUND_AS_ITS_SESSION = """
    one.kind = 'series' AND EXISTS (SELECT FROM matches AS session WHERE session.stands_for = one.id)
    AND (
        SELECT count(*) FROM echo_sessions_session AS session
        WHERE session.series_id = one.id AND session.state <> 'draft'
    ) = 1"""
