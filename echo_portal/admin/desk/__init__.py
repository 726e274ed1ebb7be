"""The desk of a series: its sessions, registrants, messages and settings, as tabs of one object (DESIGN.md 9)."""
