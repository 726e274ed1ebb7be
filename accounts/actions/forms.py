"""Claim the idempotency key of a form."""

from typing import Any

from accounts.models import FormReceipt
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.sealed import keyed_hash


class RepeatedForm(Exception):
    """The idempotency key of this form was used before. `same` is whether the content was the same."""

    def __init__(self, receipt: FormReceipt, *, same: bool) -> None:
        super().__init__(receipt.pk)
        self.receipt = receipt
        self.same = same


def claim_form_key(*, key: Any, form: str, content: str) -> FormReceipt:
    """Claim an idempotency key in the caller's transaction and return its receipt.

    Raises RepeatedForm if the key was used before. Concurrent calls with the same key wait for the first transaction:
    if it commits, they raise RepeatedForm with its receipt; if it rolls back (a refused form), the next one proceeds.
    """
    fingerprint = keyed_hash(content, purpose=f"form.{form}")
    receipt = FormReceipt(key=key, form=form, fingerprint=fingerprint)
    if insert_unless_there(receipt):
        return receipt
    stored = FormReceipt.objects.get(key=key)
    raise RepeatedForm(stored, same=stored.fingerprint == fingerprint and stored.form == form)
