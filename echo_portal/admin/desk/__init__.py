"""The desk of a series: its sessions, registrants, messages and settings, on tabs (DESIGN.md 9)."""
