"""The page `docs/recognisers.md`: what each recogniser takes, does, costs, and how it was proved; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.imaging import FileLimits
from shared.labeling.providers import google_vision, rekognition, visenze
from tools.backfill.prices import FEATURES, PRICES, PriceList
from tools.reference import markdown
from tools.reference.markdown import code, table


@dataclass(frozen=True, slots=True)
class Recogniser:
    """What cannot be read from the code: what it tells, and what stands behind its tests."""

    takes: FileLimits | None
    tells: str
    verified: str


RECOGNISERS: Mapping[str, Recogniser] = {
    "google-vision": Recogniser(
        google_vision.create().takes,
        "labels; by settings objects with boxes, logos, text, colours, and refusal of unsafe photos",
        "Google's client against a server of ours over gRPC and REST; documents; not the live service",
    ),
    "rekognition": Recogniser(
        rekognition.create(region="eu-west-1", role_arn="arn:aws:iam::123456789012:role/any").takes,
        "labels with their parents and boxes; by setting colours",
        "Amazon's client against a server of ours, moto and botocore's stubber; not the live service",
    ),
    "visenze": Recogniser(
        visenze.create(access_key="any", secret_key="any", tag_group="any").takes,  # noqa: S106 it asks nobody
        "values of attributes, the attribute as their kind, with boxes",
        "a server of ours, after five public callers; whether the host still answers could not be tried",
    ),
    "embedded": Recogniser(
        None,
        "about 1,100 labels: ImageNet's classes and their kinds; with `tools teach` a shop's own",
        "measured on three sets of product pictures, see retrieval.md",
    ),
}
"""By the registry's names."""


def replaced(page: str) -> str:
    """The page with the table between its two marks; raises ValueError where they are missing."""
    return markdown.replaced(page, "recognisers", matrix())


def matrix() -> str:
    """A row for each property, a column for each recogniser."""
    return table(("", *map(code, RECOGNISERS)), _rows())


def _rows() -> Iterator[Sequence[str]]:
    each = RECOGNISERS.items()
    yield ("tells", *(known.tells for _, known in each))
    yield ("gets as they are", *(_taken(known.takes) for _, known in each))
    yield ("USD per 1,000 pictures", *(_price(PRICES.get(name)) for name, _ in each))
    yield ("more with", *(_features(name) for name, _ in each))
    yield ("verified by", *(known.verified for _, known in each))


def _taken(takes: FileLimits | None) -> str:
    if takes is None:
        return "nothing: it looks at pixels"
    side = f", {takes.max_side:,} pixels a side" if takes.max_side else ""
    return f"{', '.join(sorted(takes.formats))} up to {takes.max_bytes:,} bytes{side}"


def _price(prices: PriceList | None) -> str:
    if prices is None:
        return "not published"
    first = next(tier for tier in prices.tiers if tier.price or tier.upto is None)
    return f"{first.price:g}{f', {prices.free:,} a month free' if prices.free else ''}"


def _features(name: str) -> str:
    return (
        ", ".join(f"`{variable}` {_price(more)}" for variable, more in FEATURES.get(name, {}).items()) or "-"
    )
