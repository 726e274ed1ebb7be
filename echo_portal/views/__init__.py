"""Pages that gather data from several apps; only the URLconf imports them."""
