"""Color profiles: from the colors a picture is stored in to sRGB, as browsers show them.

Profiles: ICC.1, with matrices or tables, converted by Little CMS.
"""

from __future__ import annotations

import io
from functools import cache, lru_cache

from PIL import Image, ImageCms

MAX_PROFILE_BYTES = 4_000_000
"""Those of printing presses have half a megabyte to three; larger ones are ignored."""

_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}
_BANDS = {"1": "L", "LA": "L", "La": "L", "I;16": "L", "I;16B": "L", "I;16L": "L", "L": "L"}
_AS_DISPLAYED = 1
"""The differences that a picture's owner would not call another color: sRGB written down by others."""

_PROBE = 4
"""Levels of each channel by which a profile is told from sRGB."""


def to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return an image of mode RGB, L, CMYK or LAB in sRGB; a damaged or foreign profile is ignored."""
    transform = None
    if image.mode == "LAB":
        transform = _from_lab()
    elif 0 < len(profile) <= MAX_PROFILE_BYTES:
        transform = _transform(profile, image.mode)
    if transform is not None:
        return transform.apply(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def family(mode: str) -> str:
    """The mode without transparency or depth in which colors of `mode` are converted."""
    return _BANDS.get(mode, mode if mode in {"CMYK", "LAB"} else "RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _from_lab() -> ImageCms.ImageCmsTransform:
    lab = ImageCms.createProfile("LAB")
    return ImageCms.buildTransform(lab, _srgb(), "LAB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)


@lru_cache(4)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None where there is nothing to convert or the profile is of no use."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if _SPACES.get(source.profile.xcolor_space) != mode:
            return None
        transform = ImageCms.buildTransform(
            source,
            _srgb(),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        return None if mode == "RGB" and _changes_nothing(transform) else transform
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return None


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    levels = [255 * step // (_PROBE - 1) for step in range(_PROBE)]
    colors = bytes(
        level for red in levels for green in levels for blue in levels for level in (red, green, blue)
    )
    probe = Image.frombytes("RGB", (_PROBE**3, 1), colors)
    seen = transform.apply(probe).tobytes()
    return max(abs(a - b) for a, b in zip(colors, seen, strict=True)) <= _AS_DISPLAYED
