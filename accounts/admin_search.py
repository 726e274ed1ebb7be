"""Search in admin lists and autocomplete fields, with texts folded in the same way as names and keys."""

import re
from collections.abc import Callable, Iterable

from django.db.models import Model, Q

from echo_portal.lib.text import email_key, fold, fold_key

# Columns that are stored folded, with the function that folds a search term for them. Tables that grow with the number
# of people are searched in these columns only. Other columns are folded in Python, row by row.
STORED_FOLDED: dict[str, Callable[[str], str]] = {
    "sort_key": fold,
    "key_shown": fold,
    "email_key": email_key,
    "address": email_key,
    "address_key": email_key,
    "folded": fold_key,
}


def is_stored_folded(field: str) -> bool:
    return field.startswith("=") or field.rpartition("__")[2] in STORED_FOLDED


def folded_search(model: type[Model], fields: Iterable[str], term: str) -> Q:
    """Return a condition that is true for rows in which each word of `term` occurs in at least one of the fields.

    A field with the prefix "=" must be equal to the whole term. Words are separated by spaces and hyphens, so that
    "long term" finds "Long-Term".
    """
    words = [word for word in re.split(r"[\s-]+", fold(term.replace("\x00", ""))) if word]
    stored = [field for field in fields if is_stored_folded(field)]
    plain = [field for field in fields if not is_stored_folded(field)]
    texts: list[tuple[object, str]] = []
    if words and plain:
        rows = model._default_manager.values_list("pk", *plain)
        texts = [(pk, fold(" ".join(filter(None, values)))) for pk, *values in rows.order_by().iterator()]
    condition = Q()
    for field in stored:
        if field.startswith("=") and term.strip():
            exact = Q(**{f"{field[1:]}__iexact": term.strip().replace("\x00", "")})
            condition |= exact
    found = Q()
    for word in words:
        one = Q(pk__in=[pk for pk, text in texts if word in text])
        for field in stored:
            if not field.startswith("="):
                folded = STORED_FOLDED[field.rpartition("__")[2]](word)
                one |= Q(**{f"{field}__icontains": folded}) if folded else Q(pk__in=[])
        found &= one
    return found | condition if condition else found
