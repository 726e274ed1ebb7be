"""The audit pack of an accreditation: a ZIP file that shows who attended which session, and the evidence for it."""
