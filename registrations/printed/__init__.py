"""Documents to print, as PDF files: the poster of a series and the run sheet of a session."""
