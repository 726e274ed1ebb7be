"""Find public rows by words: accents, case and endings do not matter, and misspelled words are corrected."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from echo_portal.search.sources import SELECTS, Kind
from echo_portal.search.words import plain, words_of

# A word of a title counts five times as much as one of a summary; {D, C, B, A}. D are the words as they are written.
WEIGHTS = "{0.1, 0.2, 0.6, 1.0}"


@dataclass(frozen=True)
class Hit:
    kind: Kind
    id: int


@dataclass(frozen=True)
class Found:
    """The results of one page, best first, and the number of all.

    `words` are those that were searched: if they were corrected, they differ from the typed words. If no row has all
    words, `some_words_only` is set, and the rows have at least one of them.
    """

    hits: list[Hit]
    total: int
    words: list[str]
    corrected: bool = False
    some_words_only: bool = False


@dataclass(frozen=True)
class Wanted:
    """The filters of a search; None and empty collections do not filter."""

    kinds: Collection[Kind] = ()
    hub_id: int | None = None
    language: str = ""
    held: bool | None = None


def find(typed: str, wanted: Wanted, *, now: dt.datetime, first: int) -> Found:
    """Return the first results for a query; none for a query without words."""
    words = words_of(typed)
    if not words:
        return Found([], 0, [])
    found = _matching(words, typed, wanted, now=now, first=first)
    if found.total:
        return found
    nearest = _corrected(words)
    corrected = nearest != words
    if corrected:
        found = _matching(nearest, " ".join(nearest), wanted, now=now, first=first)
    if not found.total and len(nearest) > 1:
        found = _matching(nearest, " ".join(nearest), wanted, now=now, first=first, any_word=True)
    return Found(found.hits, found.total, nearest, corrected, some_words_only=found.some_words_only)


def _matching(
    words: Sequence[str], typed: str, wanted: Wanted, *, now: dt.datetime, first: int, any_word: bool = False
) -> Found:
    """Return the rows with all words (or any of them), in one query.

    The order is that of PostgreSQL's rank. A title that is or contains the query as it was typed comes before others,
    and of two equal rows the one that is not over.
    """
    numbers = range(len(words))
    values: dict[str, Any] = {f"w{number}": words[number] for number in numbers}
    values |= {"now": now, "typed": plain(typed), "first": first, "hub": wanted.hub_id, "language": wanted.language}
    values |= {"held": wanted.held, "weights": WEIGHTS, "ignored_word_matches": not any_word}
    both = "coalesce(found.document || found.around, found.document)"
    matches = [f"coalesce({both} @@ query.w{number}, %(ignored_word_matches)s)" for number in numbers]
    sql = f"""
        WITH words AS (SELECT {", ".join(f"search_word(%(w{number})s) AS w{number}" for number in numbers)}),
        query AS (
            SELECT words.*, {" || ".join(f"coalesce(words.w{number}, '')" for number in numbers)} AS any_word
            FROM words
        )
        SELECT found.kind, found.id, count(*) OVER () AS total,
               ts_rank(%(weights)s, found.document, query.any_word)
               + coalesce(0.4 * ts_rank(%(weights)s, found.around, query.any_word), 0)
               + CASE WHEN %(typed)s IN (search_plain(found.title_en), search_plain(found.title_fr)) THEN 2
                      WHEN position(%(typed)s IN search_plain(found.title_en)) > 0
                        OR position(%(typed)s IN search_plain(found.title_fr)) > 0 THEN 1
                      ELSE 0 END
               - CASE WHEN found.held THEN 0.01 ELSE 0 END AS rank
        FROM ({_sources(wanted.kinds)}) AS found, query
        WHERE numnode(query.any_word) > 0
          AND ({(" OR " if any_word else " AND ").join(matches)})
          AND (%(hub)s::bigint IS NULL OR found.hub_id = %(hub)s)
          AND (%(language)s = '' OR found.language = %(language)s)
          AND (%(held)s::boolean IS NULL OR found.held = %(held)s)
        ORDER BY rank DESC, found.kind, found.id DESC
        LIMIT %(first)s
    """  # noqa: S608 (texts of this package; the words are parameters)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    hits = [Hit(Kind(kind), key) for kind, key, _total, _rank in rows]
    return Found(hits, rows[0][2] if rows else 0, list(words), some_words_only=any_word)


def _sources(kinds: Collection[Kind] = ()) -> str:
    return " UNION ALL ".join(sql for kind, sql in SELECTS.items() if not kinds or kind in kinds)


def _corrected(words: list[str]) -> list[str]:
    """Return the words, with each that no public text has replaced by the nearest that one has, if there is one.

    The nearest is the one with the fewest characters to change (at most one in a word of four, two in longer words),
    then with the same first character, then in the most texts.
    """
    documents = f"SELECT document FROM ({_sources()}) AS source".replace("%(now)s", "now()")  # noqa: S608
    sql = f"""
        WITH documents AS MATERIALIZED ({documents}),
        known AS MATERIALIZED (SELECT word, ndoc FROM ts_stat(%(documents)s, 'd') WHERE word !~ '[0-9]')
        SELECT coalesce(
            (SELECT typed.word FROM documents WHERE document @@ search_word(typed.word) LIMIT 1),
            (
                SELECT known.word FROM known
                WHERE levenshtein_less_equal(known.word, typed.word, 2)
                    <= CASE WHEN length(typed.word) < 4 THEN 0 WHEN length(typed.word) = 4 THEN 1 ELSE 2 END
                ORDER BY levenshtein(known.word, typed.word), left(known.word, 1) <> left(typed.word, 1),
                    known.ndoc DESC, known.word
                LIMIT 1
            ),
            typed.word
        )
        FROM unnest(%(words)s::text[]) WITH ORDINALITY AS typed (word, place)
        ORDER BY place
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, {"documents": documents, "words": words})
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))
