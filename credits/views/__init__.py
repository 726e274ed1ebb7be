"""Views of certificates, of transcripts, and of reviewers."""
