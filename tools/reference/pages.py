"""The pages that are made, and whether those in the checkout are what would be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.reference import costs_page, module, pictures_page, recognisers_page, settings_page, variables_page
from tools.reference.setters import setters

GUIDE = Path("docs/operations.md")
RECOGNISERS = Path("docs/recognisers.md")
PICTURES = Path("docs/pictures.md")


def pages(root: Path) -> Mapping[Path, str]:
    """What each page should say, by its path in the checkout `root`; raises OSError and ValueError."""
    terraform = root / "terraform"
    files = [path.read_text() for path in sorted(terraform.rglob("*.tf")) if "examples" not in path.parts]
    return {
        Path("docs/settings.md"): settings_page.page(setters(files)),
        Path("docs/variables.md"): variables_page.page(module.read(terraform)),
        GUIDE: costs_page.replaced((root / GUIDE).read_text()),
        PICTURES: pictures_page.replaced((root / PICTURES).read_text()),
        RECOGNISERS: recognisers_page.replaced((root / RECOGNISERS).read_text()),
    }


def stale(root: Path) -> Iterator[Path]:
    """The pages that say something else."""
    for path, text in pages(root).items():
        there = root / path
        if not there.is_file() or there.read_text() != text:
            yield path


def write(root: Path) -> None:
    """Write those that are stale."""
    made = pages(root)
    for path in stale(root):
        (root / path).write_text(made[path])
