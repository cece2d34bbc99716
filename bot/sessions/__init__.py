"""Sessions that only the visitor's page can open: token, seal, store, expiry."""
