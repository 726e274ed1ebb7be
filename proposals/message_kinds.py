"""The kinds of messages about inquiries. `proposals.emails` renders them."""

CONFIRM = "inquiry-confirm"
RECEIVED = "inquiry-received"
ANSWER = "inquiry-answer"
INVITED = "inquiry-co-author"
FOR_HUB = "inquiry-for-hub"
COMMENTED = "inquiry-comment"
