"""Documents about credits to print or keep, as PDF."""
