"""The kinds of messages about credits. `credits.emails` renders them."""

CERTIFICATE = "certificate"
REVIEW = "review"
