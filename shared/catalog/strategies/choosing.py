"""Strategies by name, as settings choose them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.attribute_names import DEFAULT_NAMES, AttributeNames
from shared.catalog.strategies import Strategy
from shared.catalog.strategies.code import VisualCode
from shared.catalog.strategies.colours import ColourNames
from shared.catalog.strategies.grades import GradedLabels
from shared.catalog.strategies.labels import WeightedLabels
from shared.catalog.strategies.likeness import MAX_FILTERS, Likeness
from shared.catalog.strategies.words import VisualWords, profile
from shared.model import StrategyName


def likeness(  # noqa: PLR0913 - what the settings of both functions say
    names: Sequence[StrategyName],
    *,
    records: int,
    steps: Sequence[float],
    tag: str = "",
    max_filters: int = MAX_FILTERS,
    attributes: AttributeNames = DEFAULT_NAMES,
) -> Likeness:
    """Put the named strategies together for a catalogue of about so many records.

    `steps` are those of `grades` and suit the recogniser; `tag` names the encoder. A catalogue too small for
    words, see `words.profile`, has none. `attributes` names them. Raises `ValueError` for strategies that do
    not go together.
    """
    return Likeness(list(_strategies(names, records, steps, tag, attributes)), max_filters, attributes)


def _strategies(
    names: Sequence[StrategyName],
    records: int,
    steps: Sequence[float],
    tag: str,
    attributes: AttributeNames,
) -> Iterator[Strategy]:
    for name in names:
        match name:
            case "labels":
                yield WeightedLabels(names=attributes)
            case "grades":
                yield GradedLabels(steps, names=attributes)
            case "colours":
                yield ColourNames(names=attributes)
            case "words":
                if suited := profile(records):
                    yield VisualWords(tag, suited, names=attributes)
            case "code":
                yield VisualCode(tag, attributes)
