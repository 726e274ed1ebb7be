"""Documents about credits as PDF files, to print or to keep."""
