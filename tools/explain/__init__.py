"""`pictures explain`: what is known about one picture or product, and what to do about it."""
