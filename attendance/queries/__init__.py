"""Queries about attendance that several actions or pages need."""
