"""PDF documents, which WeasyPrint renders in child processes with limits and without network access (SAFETY.md F23)."""
