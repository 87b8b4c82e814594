"""Every test that needs no account; `live`, elsewhere, is opt-in."""
