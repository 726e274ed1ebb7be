"""Erase the data of a person, except what must be kept for some years (PRODUCT.md 10, ADR 52)."""
