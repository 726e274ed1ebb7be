"""The codes of six digits and the links with which a person signs in."""

from django.db import models
from django.db.models.functions import Now


class SignInCode(models.Model):
    """A code and a link for one sign-in, stored as hashes (SAFETY.md V6).

    Each can be used once, within ten minutes. After three wrong codes, the code is refused.

    The row belongs to an address, not to a person. Using it signs in the person with that address, who is created if
    needed. `request_key_hash` binds the code to the browser that requested it; the link works in any browser.
    """

    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=2)
    request_key_hash = models.CharField(max_length=64, db_index=True)
    code_hash = models.CharField(max_length=64)
    link_hash = models.CharField(max_length=64, unique=True)
    next_path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sign_in_code_three_tries", condition=models.Q(tries__lte=3)),
        ]

    def __str__(self) -> str:
        return f"sign-in code {self.pk}"
