"""The pictures of a product become one appearance, whatever their order."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from shared.catalog import record
from shared.model import Appearance, Label, Labels, Vector


def merged(looks: Sequence[Appearance]) -> Appearance:
    """Join what the pictures tell; a picture that does not tell something has no say in it.

    Each label counts with its best score, each colour with its mean share; the vector is the mean direction,
    None where the pictures cancel out. Raises `ValueError` for vectors of different lengths.
    """
    labels = sorted((look.labels for look in looks), key=_spelt_out)
    return Appearance(
        record.merge(labels),
        _mean_shares([look.colours for look in looks if look.colours]),
        _mean_direction([look.vector for look in looks if look.vector]),
    )


def _spelt_out(labels: Labels) -> list[tuple[str, float]]:
    """An order of its own, so that of equal labels always the same spelling is kept."""
    return [(label.name, label.score) for label in labels]


def _mean_shares(pictures: Sequence[Labels]) -> Labels:
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for colour in (colour for colours in pictures for colour in colours):
        shares[colour.name].append(colour.score)
    means = [Label(name, math.fsum(each) / len(pictures)) for name, each in shares.items()]
    return tuple(sorted(means, key=lambda colour: (-colour.score, colour.name)))


def _mean_direction(vectors: Sequence[Vector]) -> Vector | None:
    lengths = {len(vector) for vector in vectors}
    if len(lengths) > 1:
        raise ValueError(f"one encoder's vectors have one length, not {sorted(lengths)}; encode all anew")
    total = [math.fsum(column) for column in zip(*vectors, strict=True)]
    length = math.hypot(*total)
    return tuple(x / length for x in total) if length else None
