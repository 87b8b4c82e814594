"""What the models on this machine accept."""

from __future__ import annotations

from shared.labeling import PictureLimits

LOCAL_LIMITS = PictureLimits(
    formats=frozenset({"BMP", "GIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"}),
    max_bytes=20_000_000,
    max_pixels=50_000_000,
)
"""Pillow calls a JPEG with an embedded preview MPO; 50 million pixels take 200 MB decoded."""
