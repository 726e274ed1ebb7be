"""Certificates as files: the sheet, the PDF, its signature, and checking a file."""
