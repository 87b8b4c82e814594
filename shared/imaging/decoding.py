"""From the bytes of a file to its raster, wherever that is done: in the function's process or its child's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from PIL import Image

from shared.errors import Failure, Permanent
from shared.imaging import Limits
from shared.imaging.formats import format_of
from shared.imaging.rendering import WHOLE, render, shrink_of, upright
from shared.imaging.source import LEAST_SHOWN, Load, Source, check_size, damaged
from shared.model import Crop

_OWN_MODULES = frozenset({"JPEG", "PNG"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a picture: a part of it, and the most pixels of its longer side."""

    side: int
    crop: Crop | None = None


def open_any(content: bytes, load: Load) -> Source:
    """Read a file's header by its format; raises `Permanent`."""
    known = format_of(content)
    name = known.name.lower()
    module = import_module(f"shared.imaging.{name if known.name in _OWN_MODULES else 'others'}")
    opener: Callable[[bytes, Load], Source] = getattr(module, f"open_{name}")
    try:
        return opener(content, load)
    except (Failure, MemoryError):
        raise
    except Exception as error:
        raise damaged(f"it cannot be read as {known.name} ({error})") from error


def rendered(source: Source, wish: Wish, limits: Limits) -> tuple[Image.Image, float]:
    """Decode and return the picture as wished, and the share of it that was there; raises `Permanent`."""
    check_size(source.size, source.frames, limits)
    part = wish.crop or WHOLE
    shrink = shrink_of(upright(source.size, source.orientation), part, wish.side)
    try:
        image, shown = source.decode(shrink)
        small = render(image, part, source.orientation, source.profile, wish.side)
    except (Permanent, MemoryError):
        raise
    except Exception as error:
        raise damaged(str(error)) from error
    if shown < LEAST_SHOWN:
        raise damaged(f"only {shown:.0%} of it is there")
    return small, shown
