"""Vectors whose classes are known, and folders of pictures that show them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tests.pictures import encoded
from tools.teach.samples import Classes, Samples, Vectors


def blobs(per_class: int, classes: int, noise: float, seed: int = 0) -> tuple[Vectors, Classes]:
    """Unit vectors around one axis for each class, in twelve dimensions."""
    chance = np.random.default_rng(seed)
    numbers = np.repeat(np.arange(classes), per_class)
    vectors = np.eye(12)[numbers] + noise * chance.normal(size=(len(numbers), 12))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), numbers


def samples(vectors: Vectors, classes: Classes) -> Samples:
    names = tuple(f"class {number}" for number in range(int(classes.max()) + 1))
    return Samples(names, vectors, classes, copies=0, left_out={})


def plain(color: tuple[int, int, int], number: int) -> bytes:
    """A picture of one color with a dot that no other number has."""
    image = Image.new("RGB", (64, 64), color)
    image.putpixel((number % 64, number // 64), (255, 255, 255))
    return encoded(image, "PNG")


def striped(number: int, *, upright: bool) -> bytes:
    """Stripes of some width and color, upright or lying."""
    image = Image.new("RGB", (160, 160), "white")
    draw = ImageDraw.Draw(image)
    width, color = 6 + number % 7, (20 * (number % 11), 90, 250 - 15 * (number % 13))
    for start in range(number % 5, 160, 2 * width):
        box = (start, 0, start + width, 160) if upright else (0, start, 160, start + width)
        draw.rectangle(box, fill=color)
    return encoded(image)


def fill(folder: Path, count: int, picture: Callable[[int], bytes]) -> Path:
    """Write so many pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number}.png").write_bytes(picture(number))
    return folder
