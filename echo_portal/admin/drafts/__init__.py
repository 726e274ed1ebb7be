"""Pages that create draft sessions from a pasted schedule, from a rule, or from another series."""
