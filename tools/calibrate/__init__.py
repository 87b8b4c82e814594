"""The least closeness of similar and very similar products, chosen on the shop's own pictures."""
