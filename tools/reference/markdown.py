"""Tables as Markdown; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: bool = False) -> str:
    """A table; with `right` all columns but the first are numbers, at the right of their cells."""
    lines = ["---", *(["---:" if right else "---"] * (len(columns) - 1))]
    return "\n".join(_row(cells) for cells in (columns, lines, *map(_escaped, rows)))


def replaced(page: str, name: str, made: str) -> str:
    """The page with what was `made` between its marks; raises ValueError where they are missing."""
    begin, end = marks(name)
    before, begun, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise ValueError(f"the page lacks the lines {begin.strip()} and {end.strip()}")
    return f"{before}{begin}\n{made}\n\n{end}{after}"


def marks(name: str) -> tuple[str, str]:
    """The lines before and behind what is made."""
    return f"<!-- {name}: made by make docs -->\n", f"<!-- end of {name} -->\n"


def code(text: str) -> str:
    """Text as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(cells: Iterable[str]) -> list[str]:
    """Cells that no bar and no line end cuts short, and whose angle brackets are no HTML."""
    escaped = []
    for cell in cells:
        # Every other part between backticks is code, in which brackets stay.
        parts = " ".join(cell.split()).split("`")
        parts[::2] = [part.replace("<", "&lt;") for part in parts[::2]]
        escaped.append("`".join(parts).replace("|", "\\|"))
    return escaped
