"""The six-digit codes and the links with which people sign in."""

from django.db import models
from django.db.models.functions import Now


class SignInCode(models.Model):
    """A code and a link for one sign-in, stored as hashes (SAFETY.md V6).

    Both can be used once, within ten minutes, or within an hour if many were requested that day (ADR 60). After three
    wrong attempts, the code is refused.

    The row belongs to an address, because a person with that address may not exist before the sign-in.
    `request_key_hash` binds the code to the browser that requested it; the link works in any browser.
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
