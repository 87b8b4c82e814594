"""The least closeness of a visual match, chosen on the shop's own pictures."""
