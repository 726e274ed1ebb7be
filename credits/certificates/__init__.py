"""The file of a certificate: its sheet as HTML, the PDF, the signature, and verifying the file."""
