"""What a command that measures is given: pictures to find, and photos to find them with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce, wraps
from pathlib import Path

import click

from tools.evaluate.datasets import Dataset, class_folders, shop
from tools.exits import Ended, Exit

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, writable=True, path_type=Path)

_OPTIONS = (
    click.option("--gallery", type=FOLDER, metavar="DIR", help="Products, as class folders of pictures."),
    click.option("--queries", type=FOLDER, metavar="DIR", help="Photos to search with, in the same folders."),
    click.option("--catalog", type=FOLDER, metavar="DIR", help="Products, as products.json and pictures/."),
    click.option("--photos", type=FOLDER, metavar="DIR", help="Shoppers' photos, a folder per objectID."),
    click.option("--category", metavar="FIELD", help="Right is what has the same value of this field."),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Search with at most N photos."),
)


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for on the command line."""

    gallery: Path | None
    queries: Path | None
    catalog: Path | None
    photos: Path | None
    category: str | None
    limit: int | None

    def dataset(self) -> Dataset:
        """Read it; raises `Ended`."""
        try:
            return self._read().limited(self.limit)
        except ValueError as error:
            raise Ended(Exit.BAD_DATA, str(error)) from error

    def _read(self) -> Dataset:
        match self:
            case Options(gallery=Path() as gallery, queries=Path() as queries, catalog=None):
                if self.photos is None and self.category is None:
                    return class_folders(gallery, queries)
            case Options(gallery=None, queries=None, catalog=Path() as catalog):
                return shop(catalog, self.photos, self.category)
        raise Ended(
            Exit.MISCONFIGURED,
            "Give --gallery and --queries, or --catalog, which --photos and --category go with.",
        )


def of_pictures(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which pictures, and the `Options` they make."""
    names = Options.__dataclass_fields__

    @wraps(command)
    def asked(*words: object, **given: object) -> None:
        options = Options(**{name: given.pop(name) for name in names})  # type: ignore[arg-type] # as declared
        command(*words, options=options, **given)

    return reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), asked)


def writable(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    """Find out before the work, not after it."""
    if file and not file.parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}")
    return file
