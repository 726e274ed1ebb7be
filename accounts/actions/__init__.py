"""Actions that change people and their data: profiles, consent, signing in, form keys and the audit trail."""

from .audit import changed_values, record
from .cleaning import delete_expired
from .consents import confirm_consents, give_consent, withdraw_consent
from .erasing import erase_profile, erase_sign_in_traces
from .forms import RepeatedForm, claim_form_key
from .people import (
    Details,
    change_profile,
    close_merged,
    end_sessions,
    mark_mailbox_used,
    people_at_addresses,
    person_at_address,
    person_for_form,
    revoke_links,
)
from .sign_in import (
    CODE_LIFETIME,
    MAX_TRIES,
    SIGN_IN_KIND,
    find_link,
    prove_mailbox,
    request_sign_in_code,
    tries_left,
    use_code,
    use_link,
)

__all__ = [
    "CODE_LIFETIME",
    "MAX_TRIES",
    "SIGN_IN_KIND",
    "Details",
    "RepeatedForm",
    "change_profile",
    "changed_values",
    "claim_form_key",
    "close_merged",
    "confirm_consents",
    "delete_expired",
    "end_sessions",
    "erase_profile",
    "erase_sign_in_traces",
    "find_link",
    "give_consent",
    "mark_mailbox_used",
    "people_at_addresses",
    "person_at_address",
    "person_for_form",
    "prove_mailbox",
    "record",
    "request_sign_in_code",
    "revoke_links",
    "tries_left",
    "use_code",
    "use_link",
    "withdraw_consent",
]
