"""The kinds of messages about credits. `credits.emails` renders them."""

CERTIFICATE = "certificate"
CERTIFICATE_REVOKED = "certificate-revoked"
REVIEW = "review"
