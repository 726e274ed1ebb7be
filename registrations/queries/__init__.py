"""Queries for registrations, enrollments, places, enrollment keys, and emails."""
