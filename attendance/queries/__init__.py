"""Queries about attendance that more than one action or page uses."""
