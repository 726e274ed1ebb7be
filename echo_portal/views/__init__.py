"""Pages that gather several rooms; nothing imports them but the urls."""
