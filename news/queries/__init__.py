"""Queries about the people who get news."""
