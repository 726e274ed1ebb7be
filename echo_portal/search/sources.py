"""What the search finds: for each kind of result, a SELECT of its public rows.

Each has the columns `kind`, `id`, `document` (its own text), `around` (the text of what it belongs to), `title_en`,
`title_fr`, `hub_id`, `language` and `held`. They contain no value of a request except `%(now)s`.
"""

from enum import StrEnum


class Kind(StrEnum):
    SESSION = "session"
    SERIES = "series"
    HUB = "hub"


# A session without a title of its own is found if it has materials, and a series as its only session of the same title.
_OWN_TITLE = """((session.title_en, session.title_fr) <> ('', '') OR EXISTS (
            SELECT FROM echo_sessions_material AS material WHERE material.session_id = session.id
        ))"""
_ITS_TITLE = "session.title_en IN ('', series.title_en) AND session.title_fr IN ('', series.title_fr)"

SELECTS = {
    Kind.SESSION: f"""
        SELECT 'session' AS kind, session.id, session.search_document AS document,
               series.search_document AS around, session.title_en, session.title_fr,
               series.hub_id, series.language, coalesce(session.over_at <= %(now)s, false) AS held
        FROM echo_sessions_session AS session
        JOIN echo_sessions_series AS series ON series.id = session.series_id
        WHERE series.state = 'published' AND session.state IN ('published', 'rescheduled') AND {_OWN_TITLE}""",  # noqa: S608 (no value of a request)
    Kind.SERIES: f"""
        SELECT 'series', series.id, series.search_document, NULL::tsvector, series.title_en, series.title_fr,
               series.hub_id, series.language, false
        FROM echo_sessions_series AS series
        WHERE series.state = 'published' AND NOT EXISTS (
            SELECT FROM echo_sessions_session AS session
            WHERE session.series_id = series.id AND session.state IN ('published', 'rescheduled')
              AND {_OWN_TITLE} AND {_ITS_TITLE}
              AND NOT EXISTS (
                SELECT FROM echo_sessions_session AS other
                WHERE other.series_id = series.id AND other.id <> session.id AND other.state <> 'draft'
              )
        )""",  # noqa: S608
    Kind.HUB: """
        SELECT 'hub', hub.id, search_document(hub.name_en, hub.name_fr, '', hub.vision_en, hub.vision_fr),
               NULL::tsvector, hub.name_en, hub.name_fr, hub.id, ''::varchar, false
        FROM hubs_hub AS hub""",
}
