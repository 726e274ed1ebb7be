"""The audit pack of an accreditation: one ZIP file that shows who attended what, and how it is known."""
