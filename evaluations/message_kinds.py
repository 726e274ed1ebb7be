"""The kinds of messages about evaluations. `evaluations.emails` renders them."""

EVALUATION = "evaluation"
EVALUATION_NUDGE = "evaluation-nudge"
