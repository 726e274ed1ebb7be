"""The public pages: the forms, and the page of the authors of an inquiry."""
