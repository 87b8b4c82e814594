"""The tables inside `README.md` and pages in `docs/`; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from shared.imaging import (
    DECODING_CLOCK,
    DECODING_SECONDS,
    FORMATS,
    LIMITS,
    MAX_SIDE,
    PHOTO_PATIENCE,
    SENT_SIDE,
    FileLimits,
)
from shared.imaging.confined import MEMORY_BYTES as CHILD_BYTES
from shared.imaging.decoding import LEAST_SHOWN
from shared.imaging.opening import MEMORY_BYTES, PRODUCT_PATIENCE
from shared.imaging.rendering import MAX_PROFILE_BYTES
from shared.labeling.provider import PriceList, Provider
from shared.labeling.registry import RECOGNIZERS
from tools.cli import cli
from tools.live.probe import Probe
from tools.reference import markdown
from tools.reference.markdown import code, table

_MEBIBYTE = 1_048_576
_WHOLE = 1_000
"""Letters: no first sentence is so long that it is cut off."""


def with_pictures(page: str) -> str:
    """The page with the tables between their marks; raises ValueError where they are missing."""
    return markdown.replaced(markdown.replaced(page, "formats", formats()), "limits", limits())


def formats() -> str:
    """A row for each format."""
    rows = (
        (
            known.name,
            ", ".join(map(code, known.media_types)),
            ", ".join(f"`.{each}`" for each in known.endings),
        )
        for known in FORMATS
    )
    return table(("format", "media type", "names end in"), rows)


def limits() -> str:
    """A row for each limit."""
    return table(("limit", "a shopper's photo", "a product picture"), _limits())


def _limits() -> Iterator[Sequence[str]]:
    yield ("bytes of the file", "`MAX_PICTURE_BYTES`", f"{LIMITS.max_bytes:,}")
    yield ("pixels", *_both(f"{LIMITS.max_pixels / 1e6:g} million"))
    yield ("pixels a side", *_both(f"{LIMITS.max_side:,}"))
    yield ("frames of an animation", *_both(f"{LIMITS.max_frames:,}"))
    yield ("least share of a cut picture", *_both(f"{LEAST_SHOWN:.0%}"))
    yield ("bytes of a color profile", *_both(f"{MAX_PROFILE_BYTES:,}; a larger one is ignored"))
    yield ("pixels a side when looked at", *_both(f"{MAX_SIDE:,}"))
    yield ("pixels a side when converted for a recognizer", f"{MAX_SIDE:,}", f"{SENT_SIDE:,}")
    yield (
        "memory for decoding in the process, all threads together",
        *_both(f"{MEMORY_BYTES // _MEBIBYTE} MiB"),
    )
    yield ("memory of the child process", *_both(f"{CHILD_BYTES // _MEBIBYTE} MiB of addresses"))
    yield ("processor time of a picture in the child", *_both(f"{DECODING_SECONDS:g} s"))
    yield ("time of the clock there", *_both(f"{DECODING_CLOCK:g} s"))
    yield ("longest wait for memory, and for the child", f"{PHOTO_PATIENCE:g} s", f"{PRODUCT_PATIENCE:g} s")


def _both(text: str) -> tuple[str, str]:
    return text, text


def with_commands(page: str) -> str:
    """The page with the table of commands between its marks; raises ValueError where they are missing."""
    rows = ((code(path), command.get_short_help_str(_WHOLE)) for path, command in _commands(cli, cli.name))
    return markdown.replaced(page, "commands", table(("command", "what it does"), rows))


def _commands(command: click.Command, path: str | None) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield path or "", command
        return
    for name, below in command.commands.items():
        yield from _commands(below, f"{path} {name}")


def with_live(page: str, probes: Iterable[Probe[Any]]) -> str:
    """The page with the table of these probes between its marks; raises ValueError where they are missing."""
    rows = (
        (
            probe.question,
            probe.source,
            "; ".join(f"**{answer}**: {told}" for answer, told in probe.answers.items()),
        )
        for probe in probes
    )
    return markdown.replaced(
        page, "live", table(("question", "expected, by", "answers, the expected one first"), rows)
    )


def with_recognizers(page: str) -> str:
    """The page with the table between its two marks; raises ValueError where they are missing."""
    return markdown.replaced(page, "recognizers", matrix())


def matrix() -> str:
    """A row for each property, a column for each recognizer."""
    return table(("", *map(code, RECOGNIZERS)), _rows(list(RECOGNIZERS.values())))


def _rows(each: Sequence[Provider]) -> Iterator[Sequence[str]]:
    yield ("is", *(known.title for known in each))
    yield ("says", *(known.tells for known in each))
    yield ("files it takes unchanged", *(_taken(known.takes) for known in each))
    yield ("USD per 1,000 pictures", *(_price(known.prices) for known in each))
    yield ("features", *(_features(known) for known in each))
    yield ("verified by", *(known.verified for known in each))


def _taken(takes: FileLimits | None) -> str:
    if takes is None:
        return "nothing: it looks at pixels"
    side = f", {takes.max_side:,} pixels a side" if takes.max_side else ""
    return f"{', '.join(sorted(takes.formats))} up to {takes.max_bytes:,} bytes{side}"


def _price(prices: PriceList | None) -> str:
    if prices is None:
        return "not published"
    return f"{prices.first:g}{f', {prices.free:,} a month free' if prices.free else ''}"


def _features(known: Provider) -> str:
    prices = {name: f" ({_price(each.price)})" if each.price else "" for name, each in known.features.items()}
    return "; ".join(f"`{name}`: {each.adds}{prices[name]}" for name, each in known.features.items()) or "-"
