"""Pictures of the shop's own, evenly chosen from a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from shared.errors import Permanent, Transient
from shared.imaging import Imaging, Picture, Raster
from tools.encoder.towers import refusal
from tools.evaluate.datasets import pictures_below
from tools.output import note


def chosen(folder: Path, count: int, without: Sequence[Path] = ()) -> Sequence[Path]:
    """Return at most `count` pictures below a folder, evenly by name, but for those in `without`."""
    left_out = {path.resolve() for path in without}
    found = [path for path in pictures_below(folder) if path.resolve() not in left_out]
    count = min(count, len(found))
    return [found[number * len(found) // count] for number in range(count)]


def rasters(paths: Sequence[Path], imaging: Imaging) -> Iterator[Raster]:
    """Open pictures; those that cannot be read are named and left out."""
    for path in paths:
        try:
            yield imaging.raster(Picture(path.read_bytes()))
        except (Permanent, Transient, OSError) as error:
            note(f"{path} is left out: {error}")


def written(paths: Sequence[Path], imaging: Imaging, out: Path, least: int) -> Sequence[Path]:
    """Write pictures as upright JPEG, the same for everybody; raises `Ended` for too few."""
    files = []
    for number, raster in enumerate(rasters(paths, imaging)):
        files.append(out / f"{number}.jpg")
        files[-1].write_bytes(raster.jpeg())
    if len(files) < least:
        raise refusal(f"{len(files)} pictures can be read; at least {least} are needed to compare with")
    return files
