"""Teaches the embedded recogniser a shop's own categories, from folders of pictures."""
