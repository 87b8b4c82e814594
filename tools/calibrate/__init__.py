"""The nearness from which on a product is a visual match: chosen on the shop's own pictures."""
