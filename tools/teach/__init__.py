"""Teaches the embedded recognizer a shop's own categories, from folders of pictures."""
