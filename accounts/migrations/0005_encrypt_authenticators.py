from django.db import migrations

from echo_portal.lib.sealed import seal, unseal

PURPOSE = "accounts.second_factor"
SECRETS = ("secret", "seed")


def encrypt(apps, schema_editor):
    for row in apps.get_model("mfa", "Authenticator").objects.all():
        for name in SECRETS:
            if name in row.data and unseal(row.data[name], purpose=PURPOSE) is None:
                row.data[name] = seal(row.data[name], purpose=PURPOSE)
        row.save(update_fields=["data"])


def decrypt(apps, schema_editor):
    for row in apps.get_model("mfa", "Authenticator").objects.all():
        for name in SECRETS:
            if name in row.data:
                row.data[name] = unseal(row.data[name], purpose=PURPOSE) or row.data[name]
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    """Encrypt TOTP secrets and the seeds of recovery codes that are stored as plain text."""

    dependencies = [
        ("accounts", "0004_email_labels"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.RunPython(encrypt, decrypt),
    ]
