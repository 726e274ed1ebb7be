"""Queries about who takes part, who has a place, and who was told what."""
