from django.db import migrations

CODES = {
    "no longer useful at its time": "not-useful",
    "no longer true just before sending": "not-true",
    "mail to this address has come back": "address-suppressed",
    "found among what the transport accepted": "found-accepted",
    "in doubt: waiting for evidence": "awaiting-evidence",
    "in doubt: it may have arrived, so it is not sent again by itself": "may-have-arrived",
    "given up: 40 workers ended with it in hand": "workers-ended",
    "what is reminded of together has changed": "bundle-changed",
    "the place was given back": "place-left",
    "the place was given back, or the session is cancelled": "place-left-or-cancelled",
    "the place was given back, or the session was changed again": "place-left-or-changed",
    "the place was given back, or the session was moved or cancelled": "place-left-or-moved",
    "every place was given back before the confirmation left": "every-place-left",
    "the session was changed again before it left": "changed-again",
    "the change was taken back before it left": "recalled",
    "the person has come back since": "came-back",
    "the person is gone": "person-gone",
    "the code has expired or was used": "code-over",
}


def to_codes(apps, schema_editor):
    replace(apps, CODES)


def to_sentences(apps, schema_editor):
    replace(apps, {code: sentence for sentence, code in CODES.items()})


def replace(apps, values):
    messages = apps.get_model("outbox", "Message").objects
    for before, after in values.items():
        messages.filter(reason=before).update(reason=after)


class Migration(migrations.Migration):
    """Store the reason of a message's state as a code instead of an English sentence."""

    dependencies = [
        ("outbox", "0006_why_in_both_languages"),
    ]

    operations = [
        migrations.RunPython(to_codes, to_sentences),
    ]
