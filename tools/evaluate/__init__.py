"""A measure of how well a picture finds products: every strategy on labeled pictures, in a real index."""
