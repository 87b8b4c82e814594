"""Filters: the terms they consist of, the two notations they are written in, and their evaluation."""
