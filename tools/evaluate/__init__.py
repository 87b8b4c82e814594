"""How well a picture finds products: every strategy on a labelled set of pictures, through a real index."""
