"""Who can help: contacts, opening hours and the region a municipality belongs to."""
