"""Strategies by name, as settings choose them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.strategies import Strategy
from shared.catalog.strategies.code import VisualCode
from shared.catalog.strategies.labels import WeightedLabels
from shared.catalog.strategies.likeness import MAX_FILTERS, Likeness
from shared.catalog.strategies.words import VisualWords, profile
from shared.model import StrategyName


def likeness(  # noqa: PLR0913 - what the settings of both functions say
    names: Sequence[StrategyName],
    *,
    records: int,
    tag: str = "",
    max_filters: int = MAX_FILTERS,
    attributes: AttributeNames = DEFAULT_NAMES,
    colors: bool = False,
) -> Likeness:
    """Put the named strategies together for a catalogue of about so many records.

    `tag` names the encoder. A catalogue too small for words, see `words.profile`, has none. `attributes`
    names them. With `colors` a record names its product's. Raises `ValueError` for strategies that do not
    go together.
    """
    strategies = list(_strategies(names, records, tag, attributes))
    return Likeness(strategies, max_filters, attributes, colors=colors)


def _strategies(
    names: Sequence[StrategyName],
    records: int,
    tag: str,
    attributes: AttributeNames,
) -> Iterator[Strategy]:
    for name in names:
        match name:
            case "labels":
                yield WeightedLabels(names=attributes)
            case "words":
                if suited := profile(records):
                    yield VisualWords(tag, suited, names=attributes)
            case "code":
                yield VisualCode(tag, attributes)
