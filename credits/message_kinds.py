"""The message kinds of credits; `credits.emails` renders them."""

CERTIFICATE = "certificate"
