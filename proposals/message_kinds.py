"""The kinds of messages about inquiries. `proposals.emails` renders them."""

CONFIRM = "inquiry-confirm"
RECEIVED = "inquiry-received"
FOR_HUB = "inquiry-for-hub"
