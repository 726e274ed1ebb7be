"""Public pages that use data of several apps; only the URLconf imports them."""
