"""Documents for printing: the poster of a series and the run sheet of a session, as PDF."""
