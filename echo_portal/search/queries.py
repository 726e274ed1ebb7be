"""Find public rows by words, ignoring accents, case and endings, and correcting misspelled words."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.db import connection

from echo_portal.search.abbreviations import phrases_of, translations_of
from echo_portal.search.fixed_pages import ROWS
from echo_portal.search.sources import FIXED_DOCUMENTS, FOUND_AS_ITS_SESSION, SELECTS, Kind
from echo_portal.search.words import plain, words_of

# A word of a title counts five times as much as one of a summary; {D, C, B, A}. D are the words as they are written.
WEIGHTS = "{0.1, 0.2, 0.6, 1.0}"
# Visitors who type the words of a page of the portal look for this page rather than for texts about the same.
WEIGHT_OF_FIXED_PAGE = 0.4
SHORTEST_BEGINNING = 3  # characters


@dataclass(frozen=True)
class Hit:
    kind: Kind
    id: int


@dataclass(frozen=True)
class Found:
    """The results on one page, the best first, and the total number of results.

    `words` are the words that were searched, which differ from the typed words if these were corrected. `marked` are
    the words that the search did not ignore, and the words for which abbreviations stand. `by_kind` contains the
    numbers of results of each kind, even if only one kind is wanted. If no row contains all words, `some_words_only` is
    True, and each result contains at least one of them.
    """

    hits: list[Hit]
    total: int
    words: list[str]
    by_kind: dict[Kind, int] = field(default_factory=dict)
    marked: tuple[str, ...] = ()
    corrected: bool = False
    some_words_only: bool = False


@dataclass(frozen=True)
class Wanted:
    """The filters of a search. None and empty values do not filter. Only the kinds in `sources` are searched."""

    sources: Collection[Kind] = tuple(Kind)
    kind: Kind | None = None
    hub_id: int | None = None
    language: str = ""
    held: bool | None = None


def find(typed: str, wanted: Wanted, *, now: dt.datetime, first: int) -> Found:
    """Return the first results for a query, or no results if the query contains no words.

    If no row contains all words, words are also searched in the other language. If there is still no result, unknown
    words are corrected or divided, and words are also searched as beginnings of other words.
    If there is still no result, rows that contain any of the words are returned.
    """
    words = words_of(typed)
    if not words:
        return Found([], 0, [])
    found = _matching(words, typed, wanted, now=now, first=first)
    if not found.by_kind and any(translations_of(word) for word in words):
        found = _matching(words, typed, wanted, now=now, first=first, translations=True)
    if found.by_kind:
        return found
    nearest = _corrected(words)
    text = " ".join(nearest)
    found = _matching(nearest, text, wanted, now=now, first=first, translations=True, beginnings=True)
    if not found.by_kind and len(nearest) > 1:
        found = _matching(
            nearest, text, wanted, now=now, first=first, translations=True, beginnings=True, any_word=True
        )
    return replace(found, words=nearest, corrected=nearest != words)


def _matching(
    words: Sequence[str],
    typed: str,
    wanted: Wanted,
    *,
    now: dt.datetime,
    first: int,
    translations: bool = False,
    beginnings: bool = False,
    any_word: bool = False,
) -> Found:
    """Return the rows with all words (or with any of them), using one query. With `translations`, words of the other
    language match too, and with `beginnings`, longer words.

    Rows are sorted by PostgreSQL's rank. Rows whose title is or contains the query as it was typed come first. Of rows
    with equal rank, those that are not over come first.
    """
    numbers = range(len(words))
    values: dict[str, Any] = {}
    searched = [
        _word(number, words[number], values, translations=translations, beginnings=beginnings) for number in numbers
    ]
    values |= {"now": now, "typed": plain(typed), "first": first, "hub": wanted.hub_id, "language": wanted.language}
    values |= {"of_fixed_page": 0 if any_word else WEIGHT_OF_FIXED_PAGE}
    values |= {"held": wanted.held, "weights": WEIGHTS, "ignored_word_matches": not any_word, "kind": wanted.kind or ""}
    columns = [f"query.w{number}" for number in numbers]
    matches = [
        f"coalesce(found.document @@ {word} OR found.around @@ {word}, %(ignored_word_matches)s)" for word in columns
    ]
    sql = f"""
        WITH words AS (SELECT {", ".join(f"{searched[number]} AS w{number}" for number in numbers)}),
        query AS (
            SELECT words.*, {" || ".join(f"coalesce(words.w{number}, '')" for number in numbers)} AS any_word
            FROM words
        ),
        found AS (
            SELECT found.*, query.any_word FROM ({_sources(wanted.sources)}) AS found, query
            WHERE numnode(query.any_word) > 0
              AND ({(" OR " if any_word else " AND ").join(matches)})
              AND (%(hub)s::bigint IS NULL OR found.hub_id = %(hub)s)
              AND (%(language)s = '' OR found.language = %(language)s)
              AND (%(held)s::boolean IS NULL OR found.held = %(held)s)
        ),
        matches AS MATERIALIZED (
            SELECT found.kind, found.id, found.stands_for,
                   ts_rank(%(weights)s, found.document, found.any_word)
                   + 0.4 * ts_rank(%(weights)s, found.around, found.any_word)
                   + CASE WHEN %(typed)s IN (titles.english, titles.french) THEN 2
                          WHEN position(%(typed)s IN titles.english || '|' || titles.french) > 0 THEN 1
                          ELSE 0 END
                   + CASE WHEN found.id < 0 THEN %(of_fixed_page)s ELSE 0 END
                   - CASE WHEN found.held THEN 0.01 ELSE 0 END AS rank
            FROM found
            CROSS JOIN LATERAL (
                SELECT search_plain(found.title_en) AS english, search_plain(found.title_fr) AS french OFFSET 0
            ) AS titles
        ),
        results AS MATERIALIZED (SELECT one.* FROM matches AS one WHERE NOT ({FOUND_AS_ITS_SESSION}))
        SELECT kinds.numbers, ARRAY[{", ".join(f"{word} IS NOT NULL" for word in columns)}], best.kind, best.id
        FROM query, (SELECT jsonb_object_agg(kind, number) AS numbers
              FROM (SELECT kind, count(*) AS number FROM results GROUP BY kind) AS one) AS kinds
        LEFT JOIN LATERAL (
            SELECT kind, id, rank FROM results WHERE %(kind)s IN ('', kind)
            ORDER BY rank DESC, kind, id
            LIMIT %(first)s
        ) AS best ON true
        ORDER BY best.rank DESC, best.kind, best.id
    """  # noqa: S608 (texts of this package; the words are parameters)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    by_kind = {Kind(kind): number for kind, number in json.loads(rows[0][0] or "{}").items()}
    hits = [Hit(Kind(kind), key) for *_values, kind, key in rows if kind]
    total = by_kind.get(wanted.kind, 0) if wanted.kind else sum(by_kind.values())
    marked = [word for word, is_searched in zip(words, rows[0][1], strict=True) if is_searched]
    meant = [phrase for word in marked for phrase in phrases_of(word) + (translations_of(word) if translations else ())]
    marked += [one for phrase in meant for one in phrase.split() if len(one) > 2]
    return Found(hits, total, list(words), by_kind, tuple(marked), some_words_only=any_word)


def _word(number: int, word: str, values: dict[str, Any], *, translations: bool, beginnings: bool) -> str:
    """Return the SQL of one word as a tsquery, and add its parameters to `values`.

    The SQL results in NULL for a word that is ignored, such as "the".
    """
    values[f"w{number}"] = word
    parts = [f"search_word(%(w{number})s)"]
    if beginnings and len(word) >= SHORTEST_BEGINNING:
        parts.append(f"to_tsquery('simple', quote_literal(%(w{number})s) || ':*')")
    for place, phrase in enumerate(phrases_of(word) + (translations_of(word) if translations else ())):
        name = f"w{number}_{place}"
        values[name] = phrase
        parts += [f"phraseto_tsquery('{language}', %({name})s)" for language in ("english", "french")]
    return " || ".join(parts)


def _sources(kinds: Collection[Kind] = tuple(Kind)) -> str:
    joined = " UNION ALL ".join(sql for kind, sql in SELECTS.items() if kind in kinds)
    return joined.replace(FIXED_DOCUMENTS, _fixed_documents())


@cache
def _fixed_documents() -> str:
    """Return the documents of the fixed pages as SQL. They are calculated once, because their texts never change."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT search_document(title_en, title_fr, '', words_en, words_fr)::text"  # noqa: S608
            f" FROM ({ROWS}) AS fixed (id, title_en, title_fr, words_en, words_fr) ORDER BY id DESC"
        )
        documents = [row[0].replace("'", "''").replace("%", "%%") for row in cursor.fetchall()]
    return f"ARRAY[{', '.join(f"'{document}'" for document in documents)}]::tsvector[]"


def _corrected(words: list[str]) -> list[str]:
    """Return the words, with each word that is in no public text replaced by the nearest one that is, if there is one.

    A word that consists of two words of public texts, such as "journalwatch", is divided into them.
    The nearest word is the one with the fewest characters to change: at most one in a word of four characters, and two
    in longer words, but two only if the first character is the same. Of words with equally many changes, one with the
    same first character comes first, then the one that is in the most texts. Abbreviations and beginnings of words are
    not replaced.
    """
    documents = f"SELECT document FROM ({_sources()}) AS source".replace("%(now)s", "now()")  # noqa: S608
    sql = f"""
        WITH documents AS MATERIALIZED ({documents}),
        known AS MATERIALIZED (SELECT word, ndoc FROM ts_stat(%(documents)s, 'd') WHERE word !~ '[0-9]'),
        typed AS MATERIALIZED (
            SELECT word, place, search_word(word) AS query,
                   length(word) >= %(shortest)s AND EXISTS (
                       SELECT FROM known WHERE starts_with(known.word, one.word)
                   ) OR word = ANY(%(abbreviations)s) AS is_known
            FROM unnest(%(words)s::text[]) WITH ORDINALITY AS one (word, place)
        )
        SELECT coalesce(
            CASE WHEN typed.query IS NULL OR typed.is_known THEN typed.word END,
            (SELECT typed.word FROM documents WHERE document @@ typed.query LIMIT 1),
            (
                SELECT first.word || ' ' || second.word
                FROM generate_series(%(shortest)s, length(typed.word) - %(shortest)s) AS size
                JOIN known AS first ON first.word = left(typed.word, size)
                JOIN known AS second ON second.word = substr(typed.word, size + 1)
                ORDER BY least(first.ndoc, second.ndoc) DESC, size
                LIMIT 1
            ),
            (
                SELECT known.word FROM known
                WHERE levenshtein_less_equal(known.word, typed.word, 2)
                    <= CASE WHEN length(typed.word) < 4 THEN 0
                            WHEN length(typed.word) = 4 OR left(known.word, 1) <> left(typed.word, 1) THEN 1
                            ELSE 2 END
                ORDER BY levenshtein(known.word, typed.word), left(known.word, 1) <> left(typed.word, 1),
                    known.ndoc DESC, known.word
                LIMIT 1
            ),
            typed.word
        )
        FROM typed
        ORDER BY place
    """  # noqa: S608
    with connection.cursor() as cursor:
        abbreviations = [word for word in words if phrases_of(word)]
        cursor.execute(
            sql,
            {
                "documents": documents,
                "words": words,
                "shortest": SHORTEST_BEGINNING,
                "abbreviations": abbreviations,
            },
        )
        return list(dict.fromkeys(word for row in cursor.fetchall() for word in row[0].split()))
