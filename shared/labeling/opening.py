"""Picture files opened within limits, and drawn upright, in 8-bit RGB, on white."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

from shared.errors import Permanent
from shared.labeling import PictureLimits
from shared.rasters import UPRIGHT, eight_bit

Shape = Callable[[Image.Image], Image.Image]
"""Crops and scales a picture of mode RGB or RGBA, which still lies as the camera was held."""


def opened(content: bytes, limits: PictureLimits) -> Image.Image:
    """Open a picture file without decoding a pixel.

    Raises `Permanent` with reason `too-large`, `too-many-pixels`, `unsupported-format` or `bad-picture`.
    """
    if len(content) > limits.max_bytes:
        raise Permanent("too-large", f"the picture has {len(content)} bytes, more than {limits.max_bytes}")
    image = _identified(content, limits)
    if image.width * image.height > limits.max_pixels:
        size = f"{image.width} x {image.height} pixels"
        raise Permanent("too-many-pixels", f"the picture has {size}, more than {limits.max_pixels}")
    return image


def upright(content: bytes, limits: PictureLimits, least: int, shape: Shape) -> Image.Image:
    """Return a picture as `shape` makes it, of mode RGB.

    A JPEG may be decoded smaller than it is, as long as no side falls below `least` pixels; of an animation
    the first frame counts. Raises `Permanent`, see `opened`.
    """
    with opened(content, limits) as image:
        try:
            shaped = _shaped(image, least, shape)
            shaped.load()
        except Exception as error:
            raise Permanent("bad-picture", f"the picture is damaged: {error}") from error
    return shaped


def _identified(content: bytes, limits: PictureLimits) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=sorted(limits.formats - {"MPO"}))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Permanent("too-many-pixels", f"the picture has far too many pixels: {error}") from error
    except UnidentifiedImageError as error:
        accepted = ", ".join(sorted(limits.formats))
        raise Permanent("unsupported-format", f"this is no picture of the formats {accepted}") from error
    except Exception as error:
        raise Permanent("bad-picture", f"the picture is damaged: {error}") from error


def _shaped(image: Image.Image, least: int, shape: Shape) -> Image.Image:
    orientation = image.getexif().get(ExifTags.Base.Orientation)
    image.draft(None, (least, least))
    shaped = _on_white(shape(_in_colour(image)))
    return shaped.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else shaped


def _in_colour(image: Image.Image) -> Image.Image:
    image = eight_bit(image)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
