"""Tables as Markdown; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: bool = False) -> str:
    """A table; with `right` all columns but the first are numbers, at the right of their cells."""
    lines = ["---", *(["---:" if right else "---"] * (len(columns) - 1))]
    return "\n".join(_row(cells) for cells in (columns, lines, *map(_escaped, rows)))


def code(text: str) -> str:
    """Text as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(cells: Iterable[str]) -> list[str]:
    """Cells that no bar and no line end cuts short, and whose angle brackets are no HTML."""
    return [_without_html(" ".join(cell.split())).replace("|", "\\|") for cell in cells]


def _without_html(text: str) -> str:
    """Every other part between backticks is code, in which brackets stay."""
    parts = text.split("`")
    return "`".join(part if number % 2 else part.replace("<", "&lt;") for number, part in enumerate(parts))
