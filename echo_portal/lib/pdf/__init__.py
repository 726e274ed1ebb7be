"""PDF documents: rendered by WeasyPrint in child processes with limits, without network access (SAFETY.md F23)."""
