"""The public forms, and the page for the authors of an inquiry."""
