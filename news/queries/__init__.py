"""Queries for people who get news."""
