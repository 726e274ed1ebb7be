"""Pages that create draft sessions: from a pasted schedule, by a rule, or from another series."""
