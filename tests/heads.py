"""Heads that nobody taught."""

from __future__ import annotations

import numpy as np

from shared.labeling.providers.embedded.labels import Head
from shared.labeling.providers.embedded.network import COORDINATES


def chance_head(encoder_id: str, classes: tuple[str, ...], seed: int = 0) -> Head:
    """A head whose classes lie in directions drawn by chance."""
    chance = np.random.default_rng(seed)
    return Head(
        encoder_id=encoder_id,
        classes=classes,
        weights=(5 * chance.normal(size=(len(classes), COORDINATES))).astype(np.float32),
        bias=chance.normal(size=len(classes)).round(6),
        temperature=1.5,
    )
