"""Claim the idempotency key of a submitted form."""

from typing import Any

from accounts.models import FormReceipt
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.sealed import keyed_hash


class RepeatedForm(Exception):
    """Raised if the idempotency key of a form was used before. `same` is whether the form's content was the same."""

    def __init__(self, receipt: FormReceipt, *, same: bool) -> None:
        super().__init__(receipt.pk)
        self.receipt = receipt
        self.same = same


def claim_form_key(*, key: Any, form: str, content: str) -> FormReceipt:
    """Claim an idempotency key in the caller's transaction and return the new receipt.

    Raises RepeatedForm, with the stored receipt, if the key was used before. Concurrent calls with the same key wait
    for the first transaction. If it commits, they raise RepeatedForm; if it rolls back (a refused form), the next call
    claims the key.
    """
    fingerprint = keyed_hash(content, purpose=f"form.{form}")
    receipt = FormReceipt(key=key, form=form, fingerprint=fingerprint)
    if insert_unless_there(receipt):
        return receipt
    stored = FormReceipt.objects.get(key=key)
    raise RepeatedForm(stored, same=stored.fingerprint == fingerprint and stored.form == form)
