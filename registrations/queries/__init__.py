"""Queries about registrations, enrollments, places, enrollment keys, and emails."""
