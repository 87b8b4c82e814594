"""Measured comparisons: each prints its figures and their ratios, and fails when a target is missed."""
